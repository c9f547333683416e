import { hash } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';

const HASH = 32;

/** MGF1 with SHA-256 (RFC 8017 B.2.1): `length` bytes of mask. */
export function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * HASH < length; counter++) {
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(counter);
    blocks.push(hash('sha256', concatBytes(seed, tail), 'buffer'));
  }
  return concatBytes(...blocks).subarray(0, length);
}

/** Bytes of `left`, each with its counterpart in `right` (or zero) mixed in. */
export function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, i) => byte ^ (right[i] ?? 0));
}
