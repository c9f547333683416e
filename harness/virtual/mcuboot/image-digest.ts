import { hash } from 'node:crypto';
import { encodeHeader, HEADER_LENGTH, type McubootHeader } from '#codecs/mcuboot-header.ts';
import { ContentMemo } from '#virtual/content-memo.ts';
import { busFault } from '#virtual/mcuboot/halt.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';

/** Old image, update, and what a power cut makes of them. */
const IMAGES = 6;
const digests = new ContentMemo((bytes) => hash('sha256', bytes, 'buffer'), IMAGES);

/** SHA-256 of what is signed: header, padding, payload and protected entries, by the lengths that the header gives. */
export function digestOfImage(loader: Loader, slot: ImageSource, header: McubootHeader): Uint8Array {
  const end = header.headerSize + header.imageSize + header.protectedSize;
  const inside = slot.read(0, end);
  if (inside === null && loader.flawed('mcuboot/image-size-trusted')) throw busFault();
  const bytes = inside ?? new Uint8Array();
  return loader.flawed('mcuboot/hash-skips-header') ? digestOfRebuilt(bytes, header) : digests.of(bytes);
}

/** The header as this boot loader understood it, and not as it is: what it does not use is left out. */
function digestOfRebuilt(bytes: Uint8Array, header: McubootHeader): Uint8Array {
  const understood = encodeHeader({ ...header, loadAddress: 0, pad: 0 });
  const padding = new Uint8Array(Math.max(0, header.headerSize - HEADER_LENGTH)).fill(0xff);
  return hash('sha256', Buffer.concat([understood, padding, bytes.subarray(header.headerSize)]), 'buffer');
}
