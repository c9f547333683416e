import { hash } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { mgf1, xor } from '#codecs/mgf1.ts';

const HASH = 32;

function digestWith(digest: Uint8Array, salt: Uint8Array): Uint8Array {
  return hash('sha256', concatBytes(new Uint8Array(8), digest, salt), 'buffer');
}

/**
 * EMSA-PSS encoding (RFC 8017 9.1.1) of a SHA-256 digest for a modulus of `length` bytes whose top bit is set. The salt is
 * an argument: test images must be the same bytes every time.
 */
export function encodePss(digest: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  const digestOfAll = digestWith(digest, salt);
  const block = new Uint8Array(length - HASH - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const masked = xor(block, mgf1(digestOfAll, block.length));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return concatBytes(masked, digestOfAll, Uint8Array.of(0xbc));
}

/** EMSA-PSS verification (RFC 8017 9.1.2) of an encoded message against a SHA-256 digest. */
export function verifyPss(digest: Uint8Array, encoded: Uint8Array, saltLength: number): boolean {
  const length = encoded.length - HASH - 1;
  if (length < saltLength + 1 || encoded[encoded.length - 1] !== 0xbc) return false;
  const masked = encoded.subarray(0, length);
  if (((masked[0] ?? 0) & 0x80) !== 0) return false;
  const digestOfAll = encoded.subarray(length, length + HASH);
  const block = xor(masked, mgf1(digestOfAll, length));
  block[0] = (block[0] ?? 0) & 0x7f;
  const one = length - saltLength - 1;
  if (block[one] !== 1 || block.subarray(0, one).some((byte) => byte !== 0)) return false;
  return Buffer.compare(digestWith(digest, block.subarray(one + 1)), digestOfAll) === 0;
}
