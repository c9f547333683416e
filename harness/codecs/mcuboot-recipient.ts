import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { unwrapAesKey, wrapAesKey } from '#codecs/aes-key-wrap.ts';
import { type EciesCurve, eciesDecrypt, eciesEncrypt, type EciesHash } from '#codecs/mcuboot-ecies.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import { decryptOaep, encryptOaep } from '#codecs/rsa-oaep.ts';
import { UsageError } from '#core/errors.ts';

/** Whoever may read an encrypted image. */
export interface ImageRecipient {
  /** The TLV that brings the image key (16 or 32 bytes) to the recipient. The seed stands for all randomness in it. */
  wrap(imageKey: Uint8Array, seed: Uint8Array): Tlv;
}

/** A secret that can take the image key out of a TLV. */
export interface ImageReader {
  /** Null where the TLV is of another scheme, for somebody else, or damaged. */
  unwrap(tlv: Tlv): Uint8Array | null;
}

const RSA_LENGTH = 256;

/**
 * Recipient by PEM: RSA-2048 (OAEP), P-256 or X25519 (ECIES); public, or the public half of a private one. SHA-512 is for
 * X25519 alone. UsageError for other keys.
 */
export function imageRecipient(pem: string, hash: EciesHash = 'sha256'): ImageRecipient {
  const key = read(() => createPublicKey(pem));
  const curve = eciesCurve(key);
  if (curve === null && isRsa2048(key)) {
    return {
      wrap: (imageKey, seed) => ({
        type: TLV.encRsa2048,
        value: encryptOaep(imageKey, key, RSA_LENGTH, sha256(seed)),
      }),
    };
  }
  if (curve === null || (hash === 'sha512' && curve !== 'X25519')) throw unusable();
  const publicKey = rawPublic(key, curve);
  const type = eciesType(curve, hash);
  return {
    wrap: (imageKey, seed) => ({ type, value: eciesEncrypt(imageKey, publicKey, { curve, hash, seed }) }),
  };
}

/** Reader by private PEM, of the same kinds. UsageError for other keys; the message never holds the key. */
export function imageReader(pem: string): ImageReader {
  const key = read(() => createPrivateKey(pem));
  const curve = eciesCurve(key);
  if (curve === null && isRsa2048(key)) {
    return {
      unwrap: ({ type, value }) => (type === TLV.encRsa2048 ? aesKey(decryptOaep(value, key)) : null),
    };
  }
  if (curve === null) throw unusable();
  const secret = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  return {
    unwrap({ type, value }) {
      const hash = type === TLV.encX25519Sha512 ? 'sha512' : 'sha256';
      return type === eciesType(curve, hash) ? eciesDecrypt(value, secret, { curve, hash }) : null;
    },
  };
}

/** A key-encryption key of 16 or 32 bytes, which is both (AES-KW; imgtool cannot make such images). UsageError otherwise. */
export function keyEncryptionKey(kek: Uint8Array): ImageRecipient & ImageReader {
  if (kek.length !== 16 && kek.length !== 32) throw unusable();
  return {
    wrap: (imageKey) => ({ type: TLV.encKeyWrap, value: wrapAesKey(imageKey, kek) }),
    unwrap: ({ type, value }) => (type === TLV.encKeyWrap ? aesKey(unwrapAesKey(value, kek)) : null),
  };
}

function eciesType(curve: EciesCurve, hash: EciesHash): number {
  if (curve === 'P-256') return TLV.encEc256;
  return hash === 'sha512' ? TLV.encX25519Sha512 : TLV.encX25519;
}

function eciesCurve(key: KeyObject): EciesCurve | null {
  if (key.asymmetricKeyType === 'x25519') return 'X25519';
  return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'P-256' : null;
}

function isRsa2048(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === RSA_LENGTH * 8;
}

function rawPublic(key: KeyObject, curve: EciesCurve): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const raw = Buffer.from(x, 'base64url');
  return curve === 'X25519' ? raw : Buffer.concat([Buffer.of(4), raw, Buffer.from(y, 'base64url')]);
}

function aesKey(bytes: Uint8Array | null): Uint8Array | null {
  return bytes?.length === 16 || bytes?.length === 32 ? bytes : null;
}

function read(make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch (cause) {
    throw unusable(cause);
  }
}

function unusable(cause?: unknown): UsageError {
  return new UsageError({
    code: 'mcuboot-encryption-key',
    message: 'this key cannot carry image keys',
    expected:
      'a PEM of an RSA-2048, P-256 or X25519 key without passphrase (SHA-512: X25519), or an AES key of 16 or 32 bytes',
    remedy: 'make one with: imgtool keygen -t x25519 -k key.pem',
    ...(cause === undefined ? {} : { cause }),
  });
}
