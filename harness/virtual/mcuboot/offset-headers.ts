import { HEADER_MAGIC, type McubootHeader } from '#codecs/mcuboot-header.ts';
import { requestedSwap } from '#virtual/mcuboot/decide.ts';
import { headerAt, type Headers, NO_HEADER } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { type OffsetProgress, progressOf } from '#virtual/mcuboot/offset-sector.ts';
import { type BootStatus, isFresh } from '#virtual/mcuboot/status.ts';
import { readSwapSize } from '#virtual/mcuboot/trailer.ts';

/** A place in one of the slots. */
interface Place {
  readonly slot: 'primary' | 'secondary';
  readonly offset: number;
}

/**
 * The headers where a swap using offset has got the images to; null: each is in its slot. On the way it remembers where
 * the image in the secondary slot begins. bootutil asks for the request, and tells of it, at every turn.
 */
export function offsetHeaders(loader: Loader, status: BootStatus | null): Headers {
  const primary = read(loader, status, 'primary');
  if (status !== null && primary.magic !== HEADER_MAGIC) return { primary, secondary: NO_HEADER };
  return { primary, secondary: read(loader, status, 'secondary') };
}

function read(loader: Loader, status: BootStatus | null, image: Place['slot']): McubootHeader {
  const first = placeOf(loader, status, image);
  const header = headerAt(loader[first.slot], first.offset);
  const isAtRest = status === null || isFresh(status);
  if (header.magic === HEADER_MAGIC || !isAtRest || image === 'primary') {
    return remember(loader, status, first, header);
  }
  const offset = requestedSwap(loader) === 'revert' ? loader.secondary.sector : 0;
  return remember(loader, status, { slot: image, offset }, headerAt(loader.secondary, offset));
}

function remember(
  loader: Loader,
  status: BootStatus | null,
  { slot, offset }: Place,
  header: McubootHeader,
): McubootHeader {
  if (status !== null && slot === 'secondary' && header.magic === HEADER_MAGIC)
    loader.secondaryStart = offset;
  return header;
}

function placeOf(loader: Loader, status: BootStatus | null, image: Place['slot']): Place {
  const { sector } = loader.secondary;
  if (status === null) {
    const moved = image === 'secondary' && requestedSwap(loader) !== 'revert';
    return { slot: image, offset: moved ? sector : 0 };
  }
  if (isFresh(status)) {
    const moved = !isRevert(loader, status) && image === 'secondary';
    return { slot: image, offset: moved ? sector : 0 };
  }
  const last = loader.primary.sectorsFor(readSwapSize(loader.primary)) - 1;
  const find = isRevert(loader, status) ? whileReverting : whileUpgrading;
  return find(progressOf(status), last, sector, image);
}

/** Whether the old image is on its way back: the journal says so, or the trailers do. */
export function isRevert(loader: Loader, { swapType }: BootStatus): boolean {
  return swapType === 'revert' || requestedSwap(loader) === 'revert';
}

function whileReverting(
  { idx, state }: OffsetProgress,
  last: number,
  sector: number,
  image: Place['slot'],
): Place {
  const isOver = idx - 1 > last;
  if (image === 'secondary') return { slot: isOver ? 'primary' : 'secondary', offset: 0 };
  const isAway = isOver || (idx - 1 === last && state === 2);
  return isAway ? { slot: 'secondary', offset: sector } : { slot: 'primary', offset: 0 };
}

function whileUpgrading(
  { idx, state }: OffsetProgress,
  last: number,
  sector: number,
  image: Place['slot'],
): Place {
  if (image === 'secondary') {
    return idx > 1 ? { slot: 'primary', offset: 0 } : { slot: 'secondary', offset: sector };
  }
  const isAway = (idx > 1 || state === 2) && idx <= last;
  return { slot: isAway ? 'secondary' : 'primary', offset: 0 };
}
