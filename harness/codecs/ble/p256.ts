import { p256 } from '@noble/curves/nist.js';

/** A point of P-256, each coordinate 32 bytes, most significant byte first. */
export interface P256Point {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/** A key pair of pairing. */
export interface P256Pair {
  readonly secret: Uint8Array;
  readonly point: P256Point;
}

/** The key pair of a secret scalar; null where that is no scalar of the curve. */
export function p256Pair(secret: Uint8Array): P256Pair | null {
  if (!p256.utils.isValidSecretKey(secret)) return null;
  const encoded = p256.getPublicKey(secret, false);
  return { secret, point: { x: encoded.slice(1, 33), y: encoded.slice(33) } };
}

function encodedOf({ x, y }: P256Point): Uint8Array {
  return Uint8Array.from([4, ...x, ...y]);
}

/** Whether the curve has this point; the check whose lack is CVE-2018-5383. */
export function isOnP256(point: P256Point): boolean {
  try {
    p256.Point.fromBytes(encodedOf(point)).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/** The shared X coordinate, which is pairing's DHKey; null for a point that the curve does not have. */
export function p256Shared(secret: Uint8Array, other: P256Point): Uint8Array | null {
  if (!isOnP256(other)) return null;
  return p256.getSharedSecret(secret, encodedOf(other), false).slice(1, 33);
}

/** X of the debug key, whose secret is printed in Core 6 Vol 3 Part H 2.3.5.6.1. */
const DEBUG_X = '20b003d2f297be2c5e2c83a7e9f9a5b9eff49111acf4fddbcc0301480e359de6';
const DEBUG_Y = 'dc809c49652aeb6d63329abf5a52155c766345c28fed3024741c8ed01589d28b';

/** The public key that everybody knows the secret of. */
export const DEBUG_POINT: P256Point = {
  x: Uint8Array.from(Buffer.from(DEBUG_X, 'hex')),
  y: Uint8Array.from(Buffer.from(DEBUG_Y, 'hex')),
};

/** Whether a public key is the debug key. */
export function isDebugPoint({ x }: P256Point): boolean {
  return Buffer.from(x).toString('hex') === DEBUG_X;
}
