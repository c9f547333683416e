import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';

/** An ECDSA P-256 key that init packets are verified with. */
export interface DfuPublicKey {
  /** X then Y, each little-endian: `pk[64]` of the boot loader, and what `nrfutil keys display --format hex` shows. */
  readonly pk: Uint8Array;
  /** SHA-256 of `pk`, hex. */
  readonly id: string;
}

/** A key that can sign too. */
export interface DfuSigningKey extends DfuPublicKey {
  /** Deterministic signature (RFC 6979, SHA-256): r then s, each little-endian. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** Whether r and s are this key's signature over the bytes; false for malformed ones too. */
export function verifyDfuSignature(bytes: Uint8Array, signature: Uint8Array, key: DfuPublicKey): boolean {
  if (signature.length !== 64) return false;
  try {
    const point = concatBytes(Uint8Array.of(4), swapHalves(key.pk));
    return p256.verify(swapHalves(signature), bytes, point, { format: 'compact', lowS: false });
  } catch {
    return false;
  }
}

/** The key of a boot loader's `pk[64]`. UsageError when that is no point of the curve. */
export function dfuPublicKeyOf(pk: Uint8Array): DfuPublicKey {
  try {
    p256.Point.fromBytes(concatBytes(Uint8Array.of(4), swapHalves(pk))).assertValidity();
  } catch (cause) {
    throw unreadable('64 bytes of a P-256 public key, X then Y, each little-endian', cause);
  }
  return publicKeyOf(Uint8Array.from(pk));
}

/** The public key of a PEM, public or private (SPKI, PKCS#8, SEC1). UsageError otherwise; it never holds key text. */
export function dfuPublicKey(pem: string): DfuPublicKey {
  const expected = 'a PEM of an ECDSA P-256 key';
  return publicKeyOf(
    pkOf(
      read(() => createPublicKey(pem), expected),
      expected,
    ),
  );
}

/** The key of a private PEM (PKCS#8, SEC1). UsageError otherwise; it never holds key text. */
export function dfuSigningKey(pem: string): DfuSigningKey {
  const expected = 'a PEM (PKCS#8 or SEC1) of an ECDSA P-256 private key';
  const key = read(() => createPrivateKey(pem), expected);
  const pk = pkOf(key, expected);
  const secret = Uint8Array.from(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
  return {
    ...publicKeyOf(pk),
    sign: (bytes) => swapHalves(p256.sign(bytes, secret, { format: 'compact', lowS: false })),
  };
}

function publicKeyOf(pk: Uint8Array): DfuPublicKey {
  return { pk, id: bytesToHex(sha256(pk)) };
}

function pkOf(key: KeyObject, expected: string): Uint8Array {
  const jwk = key.asymmetricKeyType === 'ec' ? key.export({ format: 'jwk' }) : {};
  if (jwk.crv !== 'P-256') throw unreadable(expected);
  const coordinate = (text = '') => Uint8Array.from(Buffer.from(text, 'base64url'));
  return swapHalves(concatBytes(coordinate(jwk.x), coordinate(jwk.y)));
}

/** Big-endian halves to little-endian ones, and back. */
function swapHalves(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes.slice(0, 32).toReversed(), bytes.slice(32).toReversed());
}

function read(load: () => KeyObject, expected: string): KeyObject {
  try {
    return load();
  } catch (cause) {
    throw unreadable(expected, cause);
  }
}

function unreadable(expected: string, cause?: unknown): UsageError {
  return new UsageError({
    code: 'dfu-key',
    message: 'this key does not fit Nordic Secure DFU',
    expected,
    remedy: 'make one with: openssl ecparam -genkey -name prime256v1 -noout -out key.pem',
    ...(cause === undefined ? {} : { cause }),
  });
}
