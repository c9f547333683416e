import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import { tlvAreaOf, walkTlvs } from '#virtual/mcuboot/tlv-walk.ts';
import type { Storage } from '#virtual/storage.ts';

/** Every bit of a one-time word: one burned word is one step of the counter. */
export const BURNED = 0xffff_ffff;

/** One-time words that an image's counter is kept in: an equal share for each image. */
export interface CounterWords {
  readonly first: number;
  readonly count: number;
}

/** The words of one of so many images. */
export function counterWords(storage: Storage, index: number, images: number): CounterWords {
  const count = Math.floor(storage.fuses.length / images);
  return { first: index * count, count };
}

/** The stored security counter: words burned, from the first on. */
export function storedCounter(storage: Storage, words = counterWords(storage, 0, 1)): number {
  let value = 0;
  while (value < words.count && storage.fuses[words.first + value] !== 0) value += 1;
  return value;
}

/** Brings the stored counter up to the image's; false where the image has none to take. */
export function advanceCounter(loader: Loader, slot: ImageSource, header: McubootHeader): boolean {
  const { storage, counter } = loader;
  if (loader.flawed('mcuboot/counter-never-advanced')) return true;
  const wanted = imageCounter(loader, slot, header);
  if (wanted === null) return loader.flawed('mcuboot/counter-missing-accepted');
  if (wanted > counter.count) return false;
  for (let value = storedCounter(storage, counter); value < wanted; value++) {
    storage.burn(counter.first + value, BURNED);
  }
  return true;
}

/** The security counter in an image's protected entries; null where there is none. */
export function imageCounter(loader: Loader, slot: ImageSource, header: McubootHeader): number | null {
  const area = tlvAreaOf(slot, header);
  if (area === null) return null;
  for (const entry of walkTlvs(slot, header, area)) {
    if (entry?.type !== TLV.securityCounter || entry.length !== 4) continue;
    if (!entry.isProtected && !loader.flawed('mcuboot/unprotected-tlv-accepted')) return null;
    return counterAt(slot, entry.offset);
  }
  return null;
}

/** A little-endian u32 in flash. */
export function counterAt(slot: ImageSource, offset: number): number {
  const bytes = slot.read(offset, 4);
  return bytes === null ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
