import { HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import type { SwapType } from '#codecs/mcuboot-trailer.ts';
import { headerAt, type Headers } from '#virtual/mcuboot/headers.ts';
import { openJournal } from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { isRevert, offsetHeaders } from '#virtual/mcuboot/offset-headers.ts';
import {
  exchange,
  exchangeBack,
  OFFSET_CELLS,
  progressOf,
  sectorsOf,
  type UsedSectors,
} from '#virtual/mcuboot/offset-sector.ts';
import { type BootStatus, isFresh } from '#virtual/mcuboot/status.ts';
import type { SwapAlgorithm } from '#virtual/mcuboot/swap.ts';
import {
  beginInPrimary,
  hasHeaders,
  hasRoom,
  keepRevert,
  readPrimaryStatus,
} from '#virtual/mcuboot/swap-primary.ts';
import { readUnprotectedSizes, writeCopyDone } from '#virtual/mcuboot/trailer.ts';
import type { Screening } from '#virtual/mcuboot/upgrade.ts';

/** The update begins one sector into its slot, so that each sector has a free one to go to. */
export const swapOffset: SwapAlgorithm = {
  maxImageSize: ({ primary, secondary }) =>
    Math.min(primary.trailerSector * primary.sector, (secondary.trailerSector - 1) * secondary.sector),
  updateStart: ({ secondary }) => secondary.sector,
  readStatus(loader) {
    // bootutil reads the headers before it knows the status, and tells of the request as it does.
    offsetHeaders(loader, null);
    return readPrimaryStatus(loader, OFFSET_CELLS);
  },
  readHeaders: offsetHeaders,
  areFound: hasHeaders,
  clearEmpty: ({ secondary }) => secondary.scrambleTrailer(),
  screen,
  journalOf: ({ primary }) => primary,
  run,
};

/** An update at the very start of its slot was written by an application that does not know this mode. */
function screen(
  loader: Loader,
  _headers: Headers,
  status: BootStatus,
  requested: SwapType | null,
): Screening {
  if (!isFresh(status) || (requested !== 'test' && requested !== 'perm')) return 'passed';
  if (headerAt(loader.secondary).magic !== HEADER_MAGIC) return 'passed';
  loader.error('Secondary header magic detected in first sector, wrong upload address?');
  return 'invalid';
}

function run(loader: Loader, status: BootStatus, headers: Headers): void {
  loader.info('Starting swap using offset algorithm.');
  const { primary, secondary } = loader;
  const last = primary.sectorsFor(status.swapSize) - 1;
  if (isFresh(status) && !hasRoom(loader, last)) return;
  const progress = progressOf(status);
  if (progress.idx === 1) {
    if (status.swapType === 'revert') keepRevert(loader, () => askForOld(loader, status));
    beginInPrimary(loader, status);
  }
  const used = usedBy(loader, headers);
  if (!isRevert(loader, status)) {
    for (let index = progress.idx - 1; index <= last; index++) exchange(loader, progress, index, used);
    return;
  }
  for (let done = progress.idx - 1; done <= last; done++) exchangeBack(loader, progress, last - done, used);
  // What is left in the first sector would be taken for a header.
  secondary.eraseSector(0);
  secondary.scrambleTrailer();
}

/** The request to revert, written down as such: copy_done in the secondary trailer tells it from an update's. */
function askForOld(loader: Loader, status: BootStatus): void {
  const { secondary } = loader;
  writeCopyDone(secondary);
  openJournal(loader, secondary, status, false);
}

function usedBy(loader: Loader, headers: Headers): UsedSectors {
  const { primary } = loader;
  const sizes = readUnprotectedSizes(primary);
  return {
    primary: sectorsOf(headers.primary, sizes.primary, primary.sector),
    secondary: sectorsOf(headers.secondary, sizes.secondary, primary.sector),
  };
}
