import { createCipheriv } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';

/** AES-CTR from counter block zero, key of 16 or 32 bytes: encrypts, and decrypts. How MCUboot treats payloads and keys. */
export function aesCtr(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-ctr`, key, Buffer.alloc(16));
  return concatBytes(cipher.update(bytes), cipher.final());
}
