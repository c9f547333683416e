import { aesCtrAt } from '#codecs/aes-ctr.ts';
import { HEADER_FLAG, type McubootHeader } from '#codecs/mcuboot-header.ts';
import { assertionFailed } from '#virtual/mcuboot/halt.ts';

/** Whether a header says that its payload is encrypted where it may not be read. */
export function isEncrypted({ flags }: McubootHeader): boolean {
  return (flags & (HEADER_FLAG.encryptedAes128 | HEADER_FLAG.encryptedAes256)) !== 0;
}

/**
 * A piece of an image, `offset` bytes behind its header, with the payload in it encrypted or, which is the same, decrypted.
 * Without a key bootutil fails an assertion, unless there is no payload in the piece.
 */
export function cross(
  bytes: Uint8Array,
  offset: number,
  { headerSize, imageSize }: McubootHeader,
  key: Uint8Array | null,
): Uint8Array {
  const from = Math.max(0, headerSize - offset);
  const to = Math.min(bytes.length, ((headerSize + imageSize) % U32_END) - offset);
  if (from >= to) return bytes;
  if (key === null) throw assertionFailed('encrypted.c');
  const crossed = bytes.slice();
  crossed.set(aesCtrAt(bytes.subarray(from, to), key, offset + from - headerSize), from);
  return crossed;
}

/** Sizes are added in 32 bits. */
const U32_END = 2 ** 32;
