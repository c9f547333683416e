import type { SwapState } from '#codecs/mcuboot-trailer.ts';
import { logState } from '#virtual/mcuboot/boot-log.ts';
import { assertionFailed, BootHalt } from '#virtual/mcuboot/halt.ts';
import { headerAt, type Headers } from '#virtual/mcuboot/headers.ts';
import { assertWhole } from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { exchangeRegion, type Region, type ScratchProgress } from '#virtual/mcuboot/scratch-region.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { type BootStatus, freshStatus, isFresh, journalledSwap } from '#virtual/mcuboot/status.ts';
import type { SwapAlgorithm } from '#virtual/mcuboot/swap.ts';
import { scratchOf } from '#virtual/mcuboot/swap-areas.ts';
import { readSwapSize } from '#virtual/mcuboot/trailer.ts';

/** Status cells of one region. */
const CELLS = 3;

/** Region by region, the last one first, the images change places through a third area. */
export const swapScratch: SwapAlgorithm = {
  maxImageSize,
  updateStart: () => 0,
  readStatus,
  readHeaders,
  // Unlike the others, this way to swap takes whatever it reads for headers.
  areFound: () => true,
  clearEmpty: ({ secondary }) => secondary.scrambleTrailer(),
  screen: () => 'passed',
  journalOf,
  run,
};

/** The sector in which the trailer begins has to leave room for scratch's own trailer when it goes through there. */
function maxImageSize(loader: Loader): number {
  const { primary } = loader;
  const scratch = scratchOf(loader);
  const scratchTrailer = scratch.size - scratch.at.status;
  const inSector = (primary.trailerSector + 1) * primary.sector - primary.at.status;
  return primary.at.status - Math.max(0, scratchTrailer - inSector);
}

/** The area that holds the journal: scratch while a trailer is there, else the primary slot. */
function journalOf(loader: Loader): Slot {
  const scratch = scratchOf(loader);
  return loader.state(scratch).magic === 'good' ? scratch : loader.primary;
}

function readStatus(loader: Loader): BootStatus {
  const status = freshStatus();
  const scratch = scratchOf(loader);
  assertWhole(loader);
  status.source = sourceOf(loader, scratch);
  loader.info(`Boot source: ${status.source === 'primary' ? 'primary slot' : status.source}`);
  if (status.source === 'none') return status;
  const journal = status.source === 'scratch' ? scratch : loader.primary;
  const done = progressIn(loader, journal);
  status.cells = done > 0 && loader.flawed('mcuboot/resumes-one-late') ? done + 1 : done;
  status.swapType = journalledSwap(journal);
  return status;
}

/** bootutil's table of where an interrupted swap left its journal; the first line that fits decides. */
function sourceOf(loader: Loader, scratch: Slot): BootStatus['source'] {
  const first = loader.state(loader.primary);
  const third = loader.state(scratch);
  logState(loader, 'Primary image', loader.primary, first);
  logState(loader, 'Scratch', scratch, third);
  if (first.magic === 'good' && third.magic !== 'good' && first.copyDone === 'set') return 'none';
  if (first.magic === 'good' && third.magic !== 'good' && first.copyDone === 'unset') return 'primary';
  if (third.magic === 'good') return isOwn(loader, third) ? 'scratch' : 'none';
  return first.magic === 'unset' && first.copyDone === 'unset' ? 'primary' : 'none';
}

/** Of several images, each has to leave alone what is under way with another. */
function isOwn({ profile, index }: Loader, { imageNumber }: SwapState): boolean {
  return profile.images === 1 || imageNumber === index;
}

/** Cells up to the first erased one behind a written one; written ones behind that are out of order. */
function progressIn(loader: Loader, journal: Slot): number {
  const { maxSectors, writeSize } = journal.shape;
  const count = CELLS * maxSectors;
  const isErased = (cell: number) => journal.byte(journal.at.status + cell * writeSize) === 0xff;
  let cell = 0;
  while (cell < count && isErased(cell)) cell += 1;
  if (cell === count) return 0;
  while (cell < count && !isErased(cell)) cell += 1;
  for (let later = cell; later < count; later++) if (!isErased(later)) outOfOrder(loader);
  return cell;
}

/** Where the primary image is validated, its validation decides. */
function outOfOrder(loader: Loader): void {
  loader.error('Detected inconsistent status!');
  if (!loader.profile.validatePrimary) throw assertionFailed('swap_scratch.c');
}

function progressOf({ cells }: BootStatus): ScratchProgress {
  return { idx: Math.floor(cells / CELLS) + 1, state: cells % CELLS };
}

function readHeaders(loader: Loader, status: BootStatus | null): Headers {
  const { primary, secondary } = loader;
  if (status === null || isFresh(status)) {
    return { primary: headerAt(primary), secondary: headerAt(secondary) };
  }
  const { idx, state } = progressOf(status);
  const left = regionsOf(loader, readSwapSize(journalOf(loader))).length - idx;
  if (left < 0) return { primary: headerAt(secondary), secondary: headerAt(primary) };
  // The first sectors are the last to change places.
  return {
    primary: headerAt(left === 0 && state >= 2 ? secondary : primary),
    secondary: headerAt(left === 0 && state >= 1 ? scratchOf(loader) : secondary),
  };
}

/** As many sectors as scratch holds make a region, counted from the images' end. */
function regionsOf(loader: Loader, size: number): readonly Region[] {
  const { primary } = loader;
  // bootutil would look for sectors behind its table of them.
  if (size > primary.size) throw new BootHalt();
  const most = Math.floor(scratchOf(loader).size / primary.sector);
  const regions: Region[] = [];
  for (let end = Math.ceil(size / primary.sector); end > 0; end -= most) {
    regions.push({ first: Math.max(0, end - most), end });
  }
  return regions;
}

function run(loader: Loader, status: BootStatus): void {
  loader.info('Starting swap using scratch algorithm.');
  const progress = progressOf(status);
  for (const region of regionsOf(loader, status.swapSize).slice(progress.idx - 1)) {
    exchangeRegion(loader, status, progress, region);
  }
}
