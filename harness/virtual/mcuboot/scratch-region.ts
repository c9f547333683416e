import { SWAP_TYPE_NUMBER } from '#codecs/mcuboot-trailer.ts';
import { assertionFailed } from '#virtual/mcuboot/halt.ts';
import {
  copyRegion,
  eraseForCopy,
  firstStep,
  isPermanent,
  openJournal,
  sealed,
  step,
} from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import type { BootStatus } from '#virtual/mcuboot/status.ts';
import { scratchOf } from '#virtual/mcuboot/swap-areas.ts';
import { swapTypeNumber, writeCell, writeImageOk, writeSwapSize } from '#virtual/mcuboot/trailer.ts';

/** Sectors that change places together; `end` is not one of them. */
export interface Region {
  readonly first: number;
  readonly end: number;
}

/** How far a swap through scratch has come. */
export interface ScratchProgress {
  /** Region in hand, from 1. */
  idx: number;
  /** Steps of it that are done: 0, 1 or 2. */
  state: number;
}

/** A region, and how it is dealt with. */
interface Work {
  readonly loader: Loader;
  readonly status: BootStatus;
  readonly scratch: Slot;
  readonly region: Region;
  /** Offset of the region in the slots. */
  readonly at: number;
  /** Bytes of it that belong to the images; the rest is trailer. */
  readonly size: number;
  /** The first region holds a part of the trailer, so that the journal has to stay in scratch meanwhile. */
  readonly inScratch: boolean;
  readonly cell: number;
}

/** Secondary to scratch, primary to secondary, scratch to primary: from wherever the progress says it stands. */
export function exchangeRegion(
  loader: Loader,
  status: BootStatus,
  progress: ScratchProgress,
  region: Region,
): void {
  const work = workOn(loader, status, progress, region);
  if (progress.state === 0) toScratch(work, progress.idx === 1);
  if (progress.state <= 1) toSecondary(work, progress.idx === 1);
  toPrimary(work);
  progress.idx += 1;
  progress.state = 0;
}

function workOn(loader: Loader, status: BootStatus, { idx }: ScratchProgress, region: Region): Work {
  const { primary } = loader;
  const scratch = scratchOf(loader);
  const at = region.first * primary.sector;
  const whole = region.end * primary.sector - at;
  const size = region.end > primary.trailerSector ? cutShort(primary.at.status - at, scratch) : whole;
  const inScratch = idx === 1 && size !== whole;
  return { loader, status, scratch, region, at, size, inScratch, cell: (idx - 1) * 3 };
}

/** What is left of a region before the trailer; it must not run into scratch's own trailer either. */
function cutShort(size: number, scratch: Slot): number {
  return size < 0 || size > scratch.at.status ? scratch.at.status : size;
}

function toScratch(work: Work, isFirst: boolean): void {
  const { loader, scratch, at, size } = work;
  const forgetsFirst = isFirst && loader.flawed('mcuboot/trailer-cleared-first');
  if (forgetsFirst) {
    loader.secondary.scrambleTrailer();
    loader.primary.scrambleTrailer();
  }
  for (let sector = 0; sector < scratch.sectors; sector++) eraseForCopy(loader, scratch, sector);
  if (isFirst) begin(work);
  step(loader, journalOf(work), work.cell, 1, () =>
    copyRegion(loader, { from: loader.secondary, source: at, to: scratch, target: 0 }, size),
  );
}

/** Scratch holds the journal while the primary trailer is erased, even where the journal does not stay there. */
function begin({ loader, status, scratch, inScratch }: Work): void {
  const { primary } = loader;
  const permanent = isPermanent(loader);
  openJournal(loader, scratch, status, permanent);
  if (inScratch) return;
  if (!loader.flawed('mcuboot/journal-not-erased')) primary.scrambleTrailer();
  openJournal(loader, primary, status, permanent);
  scratch.scramble();
}

function toSecondary(work: Work, isFirst: boolean): void {
  const { loader, at, size, inScratch } = work;
  const { primary, secondary } = loader;
  firstStep(loader, journalOf(work), work.cell + 1, 2, () => {
    // The request is forgotten here.
    if (isFirst) secondary.scrambleTrailer();
    eraseRegion(work, secondary, inScratch);
    copyRegion(loader, { from: primary, source: at, to: secondary, target: at }, size);
  });
}

function toPrimary(work: Work): void {
  const { loader, scratch, at, size, inScratch, cell } = work;
  const { primary } = loader;
  step(loader, primary, cell + 2, 3, () => {
    if (inScratch) primary.scrambleTrailer();
    eraseRegion(work, primary, inScratch);
    copyRegion(loader, { from: scratch, source: 0, to: primary, target: at }, size);
    if (inScratch) bringJournal(work);
  });
  // Backwards: its trailer goes first, or a half-erased scratch would be taken for the swap's progress.
  if (inScratch) scratch.eraseBackwards(0);
}

/** The journal moves from scratch to the primary slot. */
function bringJournal({ loader, status, scratch, at, size }: Work): void {
  const { primary } = loader;
  const cells = { from: scratch, source: scratch.at.status, to: primary, target: at + size };
  copyRegion(loader, cells, 2 * primary.word);
  const { imageOk } = loader.state(scratch);
  const type = swapTypeNumber(scratch);
  sealed(loader, primary, () => {
    if (imageOk === 'set') writeImageOk(primary);
    if (type !== SWAP_TYPE_NUMBER.none) writeCell(primary, primary.at.swapInfo, [(loader.index << 4) | type]);
    writeSwapSize(primary, status.swapSize);
    loader.keys?.write(primary);
  });
}

function journalOf({ loader, scratch, inScratch }: Work): Slot {
  return inScratch ? scratch : loader.primary;
}

/** Erases the region in a slot, but not again the sectors of its trailer, which were erased just before. */
function eraseRegion({ loader, region }: Work, slot: Slot, spareTrailer: boolean): void {
  const end = spareTrailer ? slot.trailerSector : region.end;
  if (end < region.first) throw assertionFailed('swap_scratch.c');
  for (let sector = region.first; sector < end; sector++) eraseForCopy(loader, slot, sector);
}
