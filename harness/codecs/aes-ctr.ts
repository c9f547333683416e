import { createCipheriv } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';

const BLOCK = 16;

/** AES-CTR from counter block zero, key of 16 or 32 bytes: encrypts, and decrypts. How MCUboot treats payloads and keys. */
export function aesCtr(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  return aesCtrAt(bytes, key, 0);
}

/** The same for a piece out of the middle, `offset` bytes behind the start. */
export function aesCtrAt(bytes: Uint8Array, key: Uint8Array, offset: number): Uint8Array {
  const skip = offset % BLOCK;
  const counter = Buffer.alloc(BLOCK);
  counter.writeUInt32BE((offset - skip) / BLOCK, BLOCK - 4);
  const cipher = createCipheriv(`aes-${key.length * 8}-ctr`, key, counter);
  cipher.update(new Uint8Array(skip));
  return concatBytes(cipher.update(bytes), cipher.final());
}
