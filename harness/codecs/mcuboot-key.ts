import { createPrivateKey, createPublicKey } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';
import type { SigningKey } from '#core/board.ts';

/** An ECDSA P-256 key ready to sign image hashes. */
export interface McubootKey {
  /** SubjectPublicKeyInfo DER: what a boot loader embeds, and what KEYHASH is over. */
  readonly publicDer: Uint8Array;
  /** SHA-256 of `publicDer`. */
  readonly keyHash: Uint8Array;
  /** Deterministic signature (RFC 6979) of a 32-byte hash, DER. */
  sign(digest: Uint8Array): Uint8Array;
}

/** DER in front of the 65-byte point in every P-256 SubjectPublicKeyInfo (RFC 5480). */
const SPKI_PREFIX = hexToBytes('3059301306072a8648ce3d020106082a8648ce3d030107034200');

/** Reads a PEM (PKCS#8 or SEC1) of a P-256 key. UsageError when it is something else; the message never holds the key. */
export function mcubootKey(pem: string): McubootKey {
  return keyOf(secretOf(pem));
}

function secretOf(pem: string): Uint8Array {
  return Uint8Array.from(Buffer.from(readJwk(pem).d, 'base64url'));
}

/** Public key that belongs to a PKCS#8 PEM, SubjectPublicKeyInfo DER. */
export function publicDerOf(pem: string): Uint8Array {
  return Uint8Array.from(createPublicKey(pem).export({ format: 'der', type: 'spki' }));
}

/** True where the signature is this key's over the digest. False for malformed keys and signatures too. */
export function verifyDigest(digest: Uint8Array, signature: Uint8Array, publicDer: Uint8Array): boolean {
  if (publicDer.length !== SPKI_PREFIX.length + 65) return false;
  if (!SPKI_PREFIX.every((byte, i) => publicDer[i] === byte)) return false;
  try {
    const options = { prehash: false, format: 'der', lowS: false } as const;
    return p256.verify(signature, digest, publicDer.subarray(SPKI_PREFIX.length), options);
  } catch {
    return false;
  }
}

/** A test key that depends on its label only, so that benches need no key files. Never for a product. */
export function testSigningKey(label: string): SigningKey {
  return signingKey(sha256(utf8ToBytes(`assay test key ${label}`)));
}

/**
 * On virtual boards, stands in for the key that MCUboot's repository publishes for development (`root-ec-p256.pem`); a
 * product that trusts that one runs anybody's firmware (GHSA-gcxh-546h-phg4). A real bench names the real file.
 */
export function developmentKey(): SigningKey {
  return testSigningKey('vendor development stand-in');
}

/** A signing key from its PEM (PKCS#8 or SEC1). UsageError when it is something else. */
export function signingKeyOf(pem: string): SigningKey {
  return signingKey(secretOf(pem));
}

function signingKey(secret: Uint8Array): SigningKey {
  const key = keyOf(secret);
  const coordinate = (at: number) => Buffer.from(key.publicDer.subarray(at, at + 32)).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: Buffer.from(secret).toString('base64url'),
    x: coordinate(27),
    y: coordinate(59),
  };
  const pem = createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' });
  return { type: 'ecdsa-p256', id: Buffer.from(key.keyHash).toString('hex'), pem: String(pem) };
}

function keyOf(secret: Uint8Array): McubootKey {
  const publicDer = concatBytes(SPKI_PREFIX, p256.getPublicKey(secret, false));
  return {
    publicDer,
    keyHash: sha256(publicDer),
    sign: (digest) => p256.sign(digest, secret, { prehash: false, format: 'der', lowS: false }),
  };
}

function readJwk(pem: string): { readonly d: string } {
  try {
    const jwk = createPrivateKey(pem).export({ format: 'jwk' });
    if (jwk.crv === 'P-256' && jwk.d !== undefined) return { d: jwk.d };
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable();
}

function unreadable(cause?: unknown): UsageError {
  return new UsageError({
    code: 'mcuboot-key',
    message: 'this is not a private key that can sign MCUboot images',
    expected: 'a PEM (PKCS#8 or SEC1) of an ECDSA P-256 private key',
    remedy: 'make one with: imgtool keygen -t ecdsa-p256 -k key.pem',
    ...(cause === undefined ? {} : { cause }),
  });
}
