import { HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { logState } from '#virtual/mcuboot/boot-log.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import { assertWhole, isPermanent, openJournal } from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { type BootStatus, freshStatus, isFresh, journalledSwap, lastCell } from '#virtual/mcuboot/status.ts';

/** Swaps without a third area (move and offset): their journal is always in the primary slot. */

/** Finds an interrupted swap, and the last status cell it wrote. */
export function readPrimaryStatus(loader: Loader, cellsPerSector: number): BootStatus {
  const { primary, secondary } = loader;
  const status = freshStatus();
  const first = loader.state(primary);
  const second = loader.state(secondary);
  logState(loader, 'Primary image', primary, first);
  logState(loader, 'Secondary image', secondary, second);
  assertWhole(loader);
  if (first.magic !== 'good' || first.copyDone !== 'unset' || second.magic === 'good') {
    loader.info('Boot source: none');
    return status;
  }
  loader.info('Boot source: primary slot');
  status.source = 'primary';
  const done = lastCell(primary, primary.shape.maxSectors * cellsPerSector);
  status.cells = done > 0 && loader.flawed('mcuboot/resumes-one-late') ? done + 1 : done;
  status.swapType = journalledSwap(primary);
  return status;
}

/** Whether these headers are enough to go on: the primary one, and in the middle of a swap both. */
export function hasHeaders({ primary, secondary }: Headers, status: BootStatus): boolean {
  return primary.magic === HEADER_MAGIC && (isFresh(status) || secondary.magic === HEADER_MAGIC);
}

/** Whether the sectors from 0 to `last` lie below the trailer. */
export function hasRoom(loader: Loader, last: number): boolean {
  const { primary } = loader;
  if (last < primary.trailerSector || loader.flawed('mcuboot/size-not-checked')) return true;
  loader.warn('Not enough free space to run swap upgrade');
  loader.warn(
    `required ${(last + 1) * primary.sector} bytes but only ${primary.trailerSector * primary.sector} are available`,
  );
  return false;
}

/**
 * A revert is asked for by the primary trailer alone, which is about to be erased: a mode's `copy` of the request is put
 * into the other slot first, unless one is there already.
 */
export function keepRevert(loader: Loader, copy: () => void): void {
  const { secondary } = loader;
  const state = loader.state(secondary);
  logState(loader, 'Secondary image', secondary, state);
  if (state.magic !== 'unset' || loader.flawed('mcuboot/revert-not-resumable')) return;
  secondary.scrambleTrailer();
  copy();
}

/** Sets the journal up in the primary slot, then forgets the request in the secondary. */
export function beginInPrimary(loader: Loader, status: BootStatus): void {
  const { primary, secondary } = loader;
  const forgetsFirst = loader.flawed('mcuboot/trailer-cleared-first');
  const permanent = isPermanent(loader);
  if (forgetsFirst) secondary.scrambleTrailer();
  if (status.source !== 'primary') {
    if (!loader.flawed('mcuboot/journal-not-erased')) primary.scrambleTrailer();
    openJournal(loader, primary, status, permanent);
  }
  if (!forgetsFirst) secondary.scrambleTrailer();
}
