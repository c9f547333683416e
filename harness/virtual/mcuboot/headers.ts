import { decodeHeader, HEADER_LENGTH, HEADER_MAGIC, type McubootHeader } from '#codecs/mcuboot-header.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { type BootStatus, isFresh } from '#virtual/mcuboot/status.ts';
import { readSwapSize } from '#virtual/mcuboot/trailer.ts';

/** Both image headers. */
export interface Headers {
  readonly primary: McubootHeader;
  readonly secondary: McubootHeader;
}

/** The headers at the start of each slot, whatever they hold. */
export function readHeaders(loader: Loader): Headers {
  return { primary: headerAt(loader.primary, 0), secondary: headerAt(loader.secondary, 0) };
}

/**
 * True where the boot loader finds the headers it needs to go on: in the middle of a swap both, wherever they have got
 * to; otherwise the primary one.
 */
export function headersFound(loader: Loader, status: BootStatus): boolean {
  if (isFresh(status)) return headerAt(loader.primary, 0).magic === HEADER_MAGIC;
  return [0, 1].every((image) => whereIs(loader, status, image).magic === HEADER_MAGIC);
}

function whereIs(loader: Loader, status: BootStatus, image: number): McubootHeader {
  const { primary, secondary } = loader;
  const here = image === 0 ? primary : secondary;
  const last = Math.max(1, Math.ceil(readSwapSize(primary) / primary.sector));
  if (status.op === 'move') {
    return headerAt(here, image === 0 && status.idx > last ? primary.sector : 0);
  }
  if (status.idx > 1 && status.idx <= last) return headerAt(image === 0 ? secondary : primary, 0);
  if (status.idx !== 1) return headerAt(here, 0);
  if (image === 0) return headerAt(primary, primary.sector);
  return headerAt(status.state === 2 ? primary : secondary, 0);
}

function headerAt(slot: Slot, offset: number): McubootHeader {
  const header = decodeHeader(slot.read(offset, HEADER_LENGTH) ?? ERASED);
  return header ?? NO_HEADER;
}

const ERASED = new Uint8Array(HEADER_LENGTH).fill(0xff);
const NO_HEADER: McubootHeader = {
  magic: 0xffff_ffff,
  loadAddress: 0,
  headerSize: 0,
  protectedSize: 0,
  imageSize: 0,
  flags: 0,
  version: { major: 0, minor: 0, revision: 0, build: 0 },
  pad: 0,
};
