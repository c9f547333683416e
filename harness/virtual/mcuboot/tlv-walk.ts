import { HEADER_MAGIC, type McubootHeader } from '#codecs/mcuboot-header.ts';
import { TLV_HEADER, TLV_MAGIC } from '#codecs/mcuboot-tlv.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';

/** Where an image's TLV areas lie in its slot. */
export interface TlvArea {
  /** First entry. */
  readonly start: number;
  /** End of the protected area; its start where there is none. */
  readonly protectedEnd: number;
  /** End of the unprotected area: end of the image. */
  readonly end: number;
}

/** An entry found in flash. */
export interface FoundTlv {
  readonly type: number;
  readonly length: number;
  readonly offset: number;
  readonly isProtected: boolean;
}

/** What a boot loader may leave unchecked of the areas' info headers. */
export interface AreaFlaws {
  /** The magic may be anything. */
  readonly magic: boolean;
  /** The size of the protected area is taken from the image header alone. */
  readonly protectedSize: boolean;
}

const CHECKED: AreaFlaws = { magic: false, protectedSize: false };

/** Finds the areas behind the payload; null where their info headers do not fit the image header. */
export function tlvAreaOf(slot: ImageSource, header: McubootHeader, flaws = CHECKED): TlvArea | null {
  const first = header.headerSize + header.imageSize;
  const info = infoAt(slot, first);
  if (info === null) return null;
  const hasProtected = flaws.magic ? header.protectedSize > 0 : info.magic === TLV_MAGIC.protected;
  const protectedSize = hasProtected ? info.total : 0;
  if (protectedSize !== header.protectedSize && !(hasProtected && flaws.protectedSize)) return null;
  const protectedEnd = first + header.protectedSize;
  const last = hasProtected ? infoAt(slot, protectedEnd) : info;
  if (last === null || (last.magic !== TLV_MAGIC.unprotected && !flaws.magic)) return null;
  return { start: first + TLV_HEADER, protectedEnd, end: protectedEnd + last.total };
}

/** False where nothing at all looks like an area behind the payload. */
export function hasTlvs(slot: ImageSource, { headerSize, imageSize }: McubootHeader): boolean {
  const magic = infoAt(slot, headerSize + imageSize)?.magic;
  return magic === TLV_MAGIC.protected || magic === TLV_MAGIC.unprotected;
}

/** Bytes of the image in a slot, header to end of TLVs; null where there is none that can be measured. */
export function imageSizeOf(slot: ImageSource, header: McubootHeader): number | null {
  if (header.magic !== HEADER_MAGIC) return null;
  return tlvAreaOf(slot, header)?.end ?? null;
}

/** Entries in order, the protected ones first; ends with null at one that does not fit its area. */
export function* walkTlvs(
  slot: ImageSource,
  header: McubootHeader,
  area: TlvArea,
): Generator<FoundTlv | null> {
  let at = area.start;
  while (at < area.end) {
    if (header.protectedSize > 0 && at === area.protectedEnd) {
      at += TLV_HEADER;
      continue;
    }
    const entry = entryAt(slot, at, area.end, area);
    yield entry;
    if (entry === null) return;
    at = entry.offset + entry.length;
  }
}

/** The protected entries in order; ends with null at one that does not fit their area. */
export function* walkProtected(slot: ImageSource, area: TlvArea): Generator<FoundTlv | null> {
  let at = area.start;
  while (at < area.protectedEnd) {
    const entry = entryAt(slot, at, area.protectedEnd, area);
    yield entry;
    if (entry === null) return;
    at = entry.offset + entry.length;
  }
}

/** The first entry of a type; undefined: there is none, null: the entries cannot be read up to it. */
export function findEntryOf(
  slot: ImageSource,
  header: McubootHeader,
  area: TlvArea,
  type: number,
): FoundTlv | null | undefined {
  for (const entry of walkTlvs(slot, header, area)) {
    if (entry === null || entry.type === type) return entry;
  }
  return undefined;
}

/** Value of the first entry of a type; null where there is none that can be read. */
export function findInSlot(slot: ImageSource, header: McubootHeader, type: number): Uint8Array | null {
  const area = tlvAreaOf(slot, header);
  if (area === null) return null;
  for (const entry of walkTlvs(slot, header, area)) {
    if (entry?.type === type) return slot.read(entry.offset, entry.length);
  }
  return null;
}

/** The entry at an offset; null where it does not fit before `end`. */
function entryAt(slot: ImageSource, at: number, end: number, { protectedEnd }: TlvArea): FoundTlv | null {
  const head = end - at < TLV_HEADER ? null : slot.read(at, TLV_HEADER);
  if (head === null) return null;
  const offset = at + TLV_HEADER;
  const length = u16(head, 2);
  if (length > end - offset) return null;
  return { type: u16(head, 0), length, offset, isProtected: offset < protectedEnd };
}

function infoAt(
  slot: ImageSource,
  offset: number,
): { readonly magic: number; readonly total: number } | null {
  const bytes = slot.read(offset, TLV_HEADER);
  return bytes === null ? null : { magic: u16(bytes, 0), total: u16(bytes, 2) };
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
