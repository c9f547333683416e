import { p256 } from '@noble/curves/nist.js';
import { pointOfSpki } from '#codecs/ecdsa-curve.ts';

const HALF = 32;
const ORDER = p256.Point.CURVE().n;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** Lengths of two bytes and more are written behind a byte that counts them; four at most. */
const LONG_FORM = 0x80;
const MAX_LENGTH_BYTES = 4;

/** r and s. */
export interface SignatureHalves {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

/**
 * The halves of a DER signature as bootutil reads them for TinyCrypt, which Zephyr builds in by default: of a long
 * integer the last 32 bytes, and nothing of what follows the second one. Null where it is not of this form.
 */
export function readSignature(bytes: Uint8Array): SignatureHalves | null {
  const sequence = valueOf(bytes, 0, SEQUENCE);
  if (sequence === null) return null;
  const r = valueOf(bytes, sequence.start, INTEGER);
  if (r === null) return null;
  const s = valueOf(bytes, r.end, INTEGER);
  if (s === null) return null;
  return { r: lastBytes(bytes, r), s: lastBytes(bytes, s) };
}

/** True where both halves are in 1 to n - 1. */
export function inRange({ r, s }: SignatureHalves): boolean {
  return [r, s].every((half) => numberOf(half) > 0n && numberOf(half) < ORDER);
}

/** True where the halves are the key's signature of the digest; false for halves out of range and keys off the curve. */
export function verifyHalves(digest: Uint8Array, { r, s }: SignatureHalves, publicDer: Uint8Array): boolean {
  const point = pointOfSpki('P-256', publicDer);
  if (point === null) return false;
  try {
    const signature = Uint8Array.from([...r, ...s]);
    return p256.verify(signature, digest, point, { prehash: false, format: 'compact', lowS: false });
  } catch {
    return false;
  }
}

/**
 * What a verifier says that reduces r and s instead of refusing them out of range: the inverse of 0 comes out as 0, the
 * sum of the points as the point at infinity, and its x as 0.
 */
export function verifyReduced(digest: Uint8Array, halves: SignatureHalves, publicDer: Uint8Array): boolean {
  const r = numberOf(halves.r) % ORDER;
  const s = numberOf(halves.s) % ORDER;
  if (s === 0n) return r === 0n;
  return verifyHalves(digest, { r: bytesOf(r), s: bytesOf(s) }, publicDer);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the value behind a tag lies; null for another tag and for a length that leaves the bytes. */
function valueOf(bytes: Uint8Array, at: number, tag: number): Span | null {
  const first = bytes[at + 1];
  if (bytes[at] !== tag || first === undefined) return null;
  if (first < LONG_FORM) return spanOf(bytes, at + 2, first);
  const count = first - LONG_FORM;
  if (count === 0 || count > MAX_LENGTH_BYTES || at + 2 + count > bytes.length) return null;
  const length = bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 0x100 + byte, 0);
  return spanOf(bytes, at + 2 + count, length);
}

function spanOf(bytes: Uint8Array, start: number, length: number): Span | null {
  return length > bytes.length - start ? null : { start, end: start + length };
}

function lastBytes(bytes: Uint8Array, { start, end }: Span): Uint8Array {
  const value = bytes.subarray(Math.max(start, end - HALF), end);
  const half = new Uint8Array(HALF);
  half.set(value, HALF - value.length);
  return half;
}

function numberOf(half: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(half).toString('hex')}`);
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * HALF, '0'), 'hex'));
}
