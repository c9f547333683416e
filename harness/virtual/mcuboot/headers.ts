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

/** The headers where the images are now: in the middle of a swap, wherever it has got them to. */
export function headersInFlight(loader: Loader, status: BootStatus): Headers {
  if (isFresh(status)) return readHeaders(loader);
  return { primary: whereIs(loader, status, 0), secondary: whereIs(loader, status, 1) };
}

/** Whether these are enough to go on: the primary one, and in the middle of a swap both. */
export function areFound({ primary, secondary }: Headers, status: BootStatus): boolean {
  return primary.magic === HEADER_MAGIC && (isFresh(status) || secondary.magic === HEADER_MAGIC);
}

function whereIs(loader: Loader, status: BootStatus, image: number): McubootHeader {
  const { primary, secondary } = loader;
  const here = image === 0 ? primary : secondary;
  const last = primary.sectorsFor(readSwapSize(primary));
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
