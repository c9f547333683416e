import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { requestedSwap } from '#virtual/mcuboot/decide.ts';
import { headerAt, type Headers } from '#virtual/mcuboot/headers.ts';
import { copyRegion, eraseForCopy, firstStep, sealed, step } from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { type BootStatus, isFresh } from '#virtual/mcuboot/status.ts';
import type { SwapAlgorithm } from '#virtual/mcuboot/swap.ts';
import {
  beginInPrimary,
  hasHeaders,
  hasRoom,
  keepRevert,
  readPrimaryStatus,
} from '#virtual/mcuboot/swap-primary.ts';
import { readSwapSize, writeImageOk, writeSwapSize } from '#virtual/mcuboot/trailer.ts';

/** Cells of one sector: one while moving up, two while exchanging. */
const CELLS = { move: 1, swap: 2 } as const;

/** How far a swap has come; starts at move, 1, 1. */
interface Progress {
  op: keyof typeof CELLS;
  /** Sector in hand, from 1. */
  idx: number;
  /** Step within the sector, from 1. */
  state: 1 | 2;
}

/** The primary image moves up by one sector, then the sectors change places one by one. */
export const swapMove: SwapAlgorithm = {
  // The primary slot keeps one sector free, to move into.
  maxImageSize: ({ primary, secondary }) =>
    Math.min((primary.trailerSector - 1) * primary.sector, secondary.trailerSector * secondary.sector),
  updateStart: () => 0,
  readStatus: (loader) => readPrimaryStatus(loader, CELLS.move + CELLS.swap),
  readHeaders,
  areFound: hasHeaders,
  clearEmpty(loader, status) {
    loader.secondary.scrambleTrailer();
    if (status.swapType !== 'revert' && requestedSwap(loader) !== 'revert') return;
    loader.primary.scrambleTrailer();
    loader.info(`Cleared image ${loader.index} primary slot trailer due to stuck revert`);
  },
  screen: () => 'passed',
  journalOf: ({ primary }) => primary,
  run,
};

function progressOf({ cells }: BootStatus, { shape: { maxSectors } }: Slot): Progress {
  const op = cells < maxSectors ? 'move' : 'swap';
  const done = op === 'move' ? cells : cells - maxSectors;
  return { op, idx: Math.floor(done / CELLS[op]) + 1, state: done % CELLS[op] === 0 ? 1 : 2 };
}

function readHeaders(loader: Loader, status: BootStatus | null): Headers {
  const { primary, secondary } = loader;
  if (status === null || isFresh(status)) {
    return { primary: headerAt(primary), secondary: headerAt(secondary) };
  }
  const progress = progressOf(status, primary);
  const last = primary.sectorsFor(readSwapSize(primary));
  return { primary: whereIs(loader, progress, last, 0), secondary: whereIs(loader, progress, last, 1) };
}

function whereIs(loader: Loader, { op, idx, state }: Progress, last: number, image: number): McubootHeader {
  const { primary, secondary } = loader;
  const here = image === 0 ? primary : secondary;
  if (op === 'move') return headerAt(here, image === 0 && idx > last ? primary.sector : 0);
  if (idx > 1 && idx <= last) return headerAt(image === 0 ? secondary : primary);
  if (idx !== 1) return headerAt(here);
  if (image === 0) return headerAt(primary, primary.sector);
  return headerAt(state === 2 ? primary : secondary);
}

function run(loader: Loader, status: BootStatus): void {
  loader.info('Starting swap using move algorithm.');
  const { primary } = loader;
  const last = primary.sectorsFor(status.swapSize);
  if (isFresh(status) && !hasRoom(loader, last)) return;
  if (isFresh(status) && status.swapType === 'revert') keepRevert(loader, () => askForOld(loader, status));
  const progress = progressOf(status, primary);
  if (progress.op === 'move') {
    for (let sector = last - progress.idx + 1; sector > 0; sector--) moveUp(loader, status, progress, sector);
    Object.assign(progress, { op: 'swap', idx: 1, state: 1 });
  }
  for (let sector = progress.idx; sector <= last; sector++) exchange(loader, progress, sector);
}

/** The request to revert, written down as a permanent update to the old image. */
function askForOld(loader: Loader, { swapSize }: BootStatus): void {
  const { secondary } = loader;
  sealed(loader, secondary, () => {
    writeImageOk(secondary);
    writeSwapSize(secondary, swapSize);
  });
}

function moveUp(loader: Loader, status: BootStatus, progress: Progress, sector: number): void {
  const { primary } = loader;
  if (progress.idx === 1) beginInPrimary(loader, status);
  step(loader, primary, progress.idx - 1, 1, () => {
    eraseForCopy(loader, primary, sector);
    copySector(loader, primary, sector - 1, primary, sector);
  });
  progress.idx += 1;
}

function exchange(loader: Loader, progress: Progress, sector: number): void {
  const { primary, secondary } = loader;
  const cell = primary.shape.maxSectors + (progress.idx - 1) * CELLS.swap;
  if (progress.state === 1) {
    firstStep(loader, primary, cell, 1, () => {
      eraseForCopy(loader, primary, sector - 1);
      copySector(loader, secondary, sector - 1, primary, sector - 1);
    });
  }
  step(loader, primary, cell + 1, 2, () => {
    eraseForCopy(loader, secondary, sector - 1);
    copySector(loader, primary, sector, secondary, sector - 1);
  });
  progress.idx += 1;
  progress.state = 1;
}

function copySector(loader: Loader, from: Slot, source: number, to: Slot, target: number): void {
  const route = { from, source: source * from.sector, to, target: target * to.sector };
  copyRegion(loader, route, from.sector);
}
