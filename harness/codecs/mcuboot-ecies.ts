import { createHmac, hkdfSync } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { aesCtr } from '#codecs/aes-ctr.ts';

/** Curves of MCUboot's ECIES. */
export type EciesCurve = 'P-256' | 'X25519';
/** Hash of the key derivation and of the tag; SHA-512 goes with X25519 alone. */
export type EciesHash = 'sha256' | 'sha512';

const INFO = 'MCUBoot_ECIES_v1';
const PUBLIC_LENGTH = { 'P-256': 65, X25519: 32 } as const;
const TAG_LENGTH = { sha256: 32, sha512: 64 } as const;

/**
 * Encrypts an image key for a public key: ephemeral public key, tag, encrypted key. The ephemeral key is a function of the
 * seed, so that test images are the same bytes every time.
 */
export function eciesEncrypt(
  imageKey: Uint8Array,
  publicKey: Uint8Array,
  { curve, hash, seed }: { readonly curve: EciesCurve; readonly hash: EciesHash; readonly seed: Uint8Array },
): Uint8Array {
  const secret = ephemeral(curve, seed);
  const { encryption, mac } = derive(shared(curve, secret, publicKey), imageKey.length, hash);
  const encrypted = aesCtr(imageKey, encryption);
  return concatBytes(publicOf(curve, secret), tagOf(encrypted, mac, hash), encrypted);
}

/** The image key; null where length, point or tag is not right, whatever the bytes. */
export function eciesDecrypt(
  value: Uint8Array,
  secret: Uint8Array,
  { curve, hash }: { readonly curve: EciesCurve; readonly hash: EciesHash },
): Uint8Array | null {
  const tagAt = PUBLIC_LENGTH[curve];
  const keyAt = tagAt + TAG_LENGTH[hash];
  const keyLength = value.length - keyAt;
  if (keyLength !== 16 && keyLength !== 32) return null;
  const agreed = sharedOrNull(curve, secret, value.subarray(0, tagAt));
  if (agreed === null) return null;
  const { encryption, mac } = derive(agreed, keyLength, hash);
  const encrypted = value.subarray(keyAt);
  if (Buffer.compare(tagOf(encrypted, mac, hash), value.subarray(tagAt, keyAt)) !== 0) return null;
  return aesCtr(encrypted, encryption);
}

function ephemeral(curve: EciesCurve, seed: Uint8Array): Uint8Array {
  const wide = sha512(seed);
  return curve === 'P-256' ? p256.utils.randomSecretKey(wide.subarray(0, 48)) : wide.subarray(0, 32);
}

function publicOf(curve: EciesCurve, secret: Uint8Array): Uint8Array {
  return curve === 'P-256' ? p256.getPublicKey(secret, false) : x25519.getPublicKey(secret);
}

/** Throws for points that are none. */
function shared(curve: EciesCurve, secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (curve === 'X25519') return x25519.getSharedSecret(secret, publicKey);
  return p256.getSharedSecret(secret, publicKey, true).subarray(1);
}

function sharedOrNull(curve: EciesCurve, secret: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  try {
    return shared(curve, secret, publicKey);
  } catch {
    return null;
  }
}

function derive(agreed: Uint8Array, keyLength: number, hash: EciesHash) {
  const bytes = new Uint8Array(hkdfSync(hash, agreed, '', INFO, keyLength + TAG_LENGTH[hash]));
  return { encryption: bytes.subarray(0, keyLength), mac: bytes.subarray(keyLength) };
}

function tagOf(encrypted: Uint8Array, mac: Uint8Array, hash: EciesHash): Uint8Array {
  return createHmac(hash, mac).update(encrypted).digest();
}
