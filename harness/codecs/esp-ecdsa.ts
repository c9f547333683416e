import { ecdsa, weierstrass, type ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { EcdsaScheme } from '#codecs/esp-key.ts';

/** secp192r1 (SEC 2, 2.2.2). Too short for new designs; the chips still take it, so its images must be judged. */
const p192 = ecdsa(
  weierstrass({
    p: 0xfffffffffffffffffffffffffffffffeffffffffffffffffn,
    a: 0xfffffffffffffffffffffffffffffffefffffffffffffffcn,
    b: 0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1n,
    n: 0xffffffffffffffffffffffff99def836146bc9b1b4d22831n,
    h: 1n,
    Gx: 0x188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012n,
    Gy: 0x07192b95ffc8da78631011ed6b24cdd573f977a11e794811n,
  }),
  sha256,
);

interface Curve {
  readonly id: number;
  /** Bytes of a coordinate. */
  readonly size: number;
  readonly ecdsa: ECDSA;
}

const CURVES: Readonly<Record<EcdsaScheme, Curve>> = {
  'ecdsa-p192': { id: 1, size: 24, ecdsa: p192 },
  'ecdsa-p256': { id: 2, size: 32, ecdsa: p256 },
  'ecdsa-p384': { id: 3, size: 48, ecdsa: p384 },
};

const OPTIONS = { prehash: false, format: 'compact', lowS: false } as const;

/** Number of the curve in a signature block. */
export function curveIdOf(scheme: EcdsaScheme): number {
  return CURVES[scheme].id;
}

/** Bytes of a coordinate, and of r and s. */
export function coordinateSize(scheme: EcdsaScheme): number {
  return CURVES[scheme].size;
}

/** X and Y of a SEC 1 point, big-endian; a compressed one is completed. Throws for what is no point of the curve. */
export function coordinatesOf(scheme: EcdsaScheme, point: Uint8Array): Uint8Array {
  return CURVES[scheme].ecdsa.Point.fromBytes(point).toBytes(false).slice(1);
}

/** r and s, big-endian, deterministic (RFC 6979), of a digest made elsewhere. */
export function signEcdsa(scheme: EcdsaScheme, digest: Uint8Array, secret: Uint8Array): Uint8Array {
  return new Uint8Array(CURVES[scheme].ecdsa.sign(digest, secret, OPTIONS));
}

/** Whether r and s (big-endian) are a signature of the digest under X and Y (big-endian). False for nonsense too. */
export function verifyEcdsa(
  scheme: EcdsaScheme,
  digest: Uint8Array,
  signature: Uint8Array,
  coordinates: Uint8Array,
): boolean {
  const curve = CURVES[scheme];
  if (coordinates.length !== 2 * curve.size || signature.length !== 2 * curve.size) return false;
  try {
    return curve.ecdsa.verify(signature, digest, concatBytes(Uint8Array.of(4), coordinates), OPTIONS);
  } catch {
    // No point of the curve, or r or s out of range.
    return false;
  }
}

/** Turns two numbers of `size` bytes from big- to little-endian or back (micro-ecc's native format). */
export function swapPair(pair: Uint8Array, size: number): Uint8Array {
  return concatBytes(pair.slice(0, size).toReversed(), pair.slice(size, 2 * size).toReversed());
}
