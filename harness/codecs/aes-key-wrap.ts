import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';

/** Default initial value (RFC 3394 2.2.3.1). */
const INITIAL = Buffer.alloc(8, 0xa6);

/** AES key wrap (RFC 3394) of a key by a key-encryption key of 16, 24 or 32 bytes; eight bytes longer than the key. */
export function wrapAesKey(key: Uint8Array, kek: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`id-aes${kek.length * 8}-wrap`, kek, INITIAL);
  return concatBytes(cipher.update(key), cipher.final());
}

/** The wrapped key; null where its integrity value does not come out, or the length cannot be. */
export function unwrapAesKey(wrapped: Uint8Array, kek: Uint8Array): Uint8Array | null {
  try {
    const decipher = createDecipheriv(`id-aes${kek.length * 8}-wrap`, kek, INITIAL);
    return concatBytes(decipher.update(wrapped), decipher.final());
  } catch {
    return null;
  }
}
