import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { SigningKey } from '#core/board.ts';
import { type CurveName, ecdsaPublicDer, ecdsaSign, ecdsaVerify } from '#codecs/ecdsa-curve.ts';
import {
  curveOf,
  keyHashOf,
  type McubootPublicKey,
  publicKeyOf,
  schemeOf,
  unusable,
} from '#codecs/mcuboot-public-key.ts';
import { SCHEMES, type SignatureScheme } from '#codecs/mcuboot-scheme.ts';
import { rsaSign } from '#codecs/rsa-key.ts';

/** A key ready to sign image hashes; the same hash gets the same signature each time. */
export interface McubootKey extends McubootPublicKey {
  /** Hash of `publicDer` by the first hash of the scheme. */
  readonly keyHash: Uint8Array;
  /** `signed` is the image's hash; for a pure signature (Ed25519 alone) the hashed bytes themselves. */
  sign(signed: Uint8Array): Uint8Array;
}

/** Reads a PEM (PKCS#8, SEC1 or PKCS#1). UsageError when no image can be signed with it; the message never holds the key. */
export function mcubootKey(pem: string): McubootKey {
  const key = readPrivate(pem);
  const scheme = schemeOf(key);
  if (scheme === null) throw unusable('a private key');
  const publicKey = publicKeyOf(createPublicKey(key));
  return {
    ...publicKey,
    keyHash: keyHashOf(publicKey, SCHEMES[scheme].hashes[0]),
    sign: signerOf(key, scheme),
  };
}

/** Public key that belongs to a private P-256 PEM, SubjectPublicKeyInfo DER. */
export function publicDerOf(pem: string): Uint8Array {
  return Uint8Array.from(createPublicKey(pem).export({ format: 'der', type: 'spki' }));
}

/** True where the P-256 signature is this key's over the digest. False for malformed keys and signatures too. */
export function verifyDigest(digest: Uint8Array, signature: Uint8Array, publicDer: Uint8Array): boolean {
  return ecdsaVerify('P-256', digest, signature, publicDer);
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

/** A board's signing key from its PEM. UsageError when it is no key of that type. */
export function signingKeyOf(pem: string, type: 'ecdsa-p256' | 'rsa-2048' = 'ecdsa-p256'): SigningKey {
  const key = readPrivate(pem);
  if (schemeOf(key) !== type) throw unusable(`a private key of type ${type}`);
  if (type === 'ecdsa-p256') return signingKey(secretOf(key));
  const own = String(key.export({ format: 'pem', type: 'pkcs8' }));
  return { type, id: Buffer.from(mcubootKey(own).keyHash).toString('hex'), pem: own };
}

function signingKey(secret: Uint8Array): SigningKey {
  const publicDer = ecdsaPublicDer('P-256', secret);
  const coordinate = (at: number) => Buffer.from(publicDer.subarray(at, at + 32)).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: Buffer.from(secret).toString('base64url'),
    x: coordinate(27),
    y: coordinate(59),
  };
  const pem = createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' });
  return { type: 'ecdsa-p256', id: Buffer.from(sha256(publicDer)).toString('hex'), pem: String(pem) };
}

function signerOf(key: KeyObject, scheme: SignatureScheme): (signed: Uint8Array) => Uint8Array {
  const curve: CurveName | null = curveOf(scheme);
  if (curve !== null) {
    const secret = secretOf(key);
    return (digest) => ecdsaSign(curve, digest, secret);
  }
  if (scheme === 'ed25519') return (signed) => Uint8Array.from(sign(null, signed, key));
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  return (digest) => rsaSign(digest, key, length);
}

function secretOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
}

function readPrivate(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw unusable('a private key', cause);
  }
}
