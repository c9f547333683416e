import { HEADER_FLAG, HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { formatSmpVersion } from '#codecs/mcuboot-version.ts';
import { headerAt } from '#virtual/mcuboot/headers.ts';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import type { ImageSource, Slot } from '#virtual/mcuboot/slot.ts';
import { findInSlot } from '#virtual/mcuboot/tlv-walk.ts';
import type { ImageError, SlotEntry } from '#virtual/image-store.ts';

/** What an image listing says of a slot besides what lies in it; what is left out is false. */
export type SlotFlags = Partial<Pick<SlotEntry, 'active' | 'confirmed' | 'pending' | 'permanent'>>;

const HASH_LENGTH = 32;
const NO_FLAGS = { active: false, confirmed: false, pending: false, permanent: false };

/** A slot as mcumgr lists it; null where no image can be read. */
export function slotEntry(slot: 0 | 1, image: ImageSource, flags: SlotFlags): SlotEntry | null {
  const header = headerAt(image);
  if (header.magic !== HEADER_MAGIC) return null;
  const hash = findInSlot(image, header, TLV.sha256);
  if (hash?.length !== HASH_LENGTH) return null;
  return {
    slot,
    version: formatSmpVersion(header.version),
    hash: hash.slice(),
    bootable: (header.flags & HEADER_FLAG.nonBootable) === 0,
    ...NO_FLAGS,
    ...flags,
  };
}

/** The entry with this hash; without one, the one that `byDefault` picks. An error of the image group where there is none. */
export function findEntry(
  entries: readonly SlotEntry[],
  hash: Uint8Array | null,
  byDefault: (entry: SlotEntry) => boolean,
): SlotEntry | ImageError {
  if (hash !== null && hash.length !== HASH_LENGTH) return IMAGE_ERROR.invalidHash;
  const matches = hash === null ? byDefault : (entry: SlotEntry) => Buffer.compare(entry.hash, hash) === 0;
  return entries.find(matches) ?? (hash === null ? IMAGE_ERROR.noImage : IMAGE_ERROR.hashNotFound);
}

/** Erases what an upload of so many bytes needs from `start` on, and the trailer. */
export function eraseForUpload(slot: Slot, start: number, length: number): void {
  const pages = Math.min(Math.ceil((start + length) / slot.sector), slot.sectors);
  slot.eraseSectors(0, pages);
  slot.eraseBackwards(Math.max(pages, slot.trailerSector));
}

/** Writes a chunk, filled up to whole words. */
export function writeUpload(slot: Slot, offset: number, bytes: Uint8Array): void {
  const length = Math.ceil(bytes.length / slot.word) * slot.word;
  if (length === bytes.length) {
    slot.write(offset, bytes);
    return;
  }
  const padded = new Uint8Array(length).fill(0xff);
  padded.set(bytes);
  slot.write(offset, padded);
}
