import { assertionFailed } from '#virtual/mcuboot/halt.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { type BootStatus, writeStatusCell } from '#virtual/mcuboot/status.ts';
import {
  writeCopyDone,
  writeImageOk,
  writeMagic,
  writeSwapInfo,
  writeSwapSize,
  writeUnprotectedSizes,
} from '#virtual/mcuboot/trailer.ts';

/** Bytes copied at a time. */
const CHUNK = 1024;

/** The magic seals a trailer: it is written when everything else is there. */
export function sealed(loader: Loader, slot: Slot, fields: () => void): void {
  const early = loader.flawed('mcuboot/torn-magic-accepted');
  if (early) writeMagic(slot);
  fields();
  if (!early) writeMagic(slot);
}

/** Whether the update is asked for as final; every journal takes this over. */
export function isPermanent(loader: Loader): boolean {
  return loader.state(loader.secondary).imageOk === 'set';
}

/** Writes into an erased trailer what is under way. */
export function openJournal(loader: Loader, slot: Slot, status: BootStatus, permanent: boolean): void {
  const { swapType, swapSize } = status;
  sealed(loader, slot, () => {
    const known = swapType !== 'none' && swapType !== 'unknown';
    if (known && !loader.flawed('mcuboot/swap-type-not-stored')) writeSwapInfo(slot, swapType, loader.index);
    if (permanent) writeImageOk(slot);
    if (loader.flawed('mcuboot/copy-done-first') && slot === loader.primary) writeCopyDone(slot);
    if (!loader.flawed('mcuboot/swap-size-not-stored')) writeSwapSize(slot, swapSize);
    if (slot.at.unprotectedSizes !== undefined) writeUnprotectedSizes(slot, loader.unprotectedSizes);
    loader.keys?.write(slot);
  });
}

/** Where a boot loader is built to stop at a trailer that is neither blank nor whole. */
export function assertWhole(loader: Loader): void {
  if (!loader.flawed('mcuboot/asserts-on-torn-trailer')) return;
  const states = [loader.state(loader.primary), loader.state(loader.secondary)];
  if (states.some(({ magic }) => magic === 'bad')) throw assertionFailed('swap_misc.c');
}

/** Work first, then the cell that says it is done. */
export function step(loader: Loader, journal: Slot, cell: number, state: number, work: () => void): void {
  const early = loader.flawed('mcuboot/status-before-copy');
  const note = () => {
    if (!loader.flawed('mcuboot/swap-not-journalled')) writeStatusCell(journal, cell, state);
  };
  if (early) note();
  work();
  if (early) return;
  if (loader.flawed('mcuboot/journal-lags-a-step')) {
    loader.owedCell?.();
    loader.owedCell = note;
  } else note();
}

/** The first of the two copies that an exchange is made of, with a mark of its own. */
export function firstStep(
  loader: Loader,
  journal: Slot,
  cell: number,
  state: number,
  work: () => void,
): void {
  if (loader.flawed('mcuboot/one-mark-for-two-copies')) work();
  else step(loader, journal, cell, state, work);
}

/** Erases a sector that is about to be copied into. */
export function eraseForCopy(loader: Loader, slot: Slot, sector: number): void {
  const isFirst = loader.resuming;
  loader.resuming = false;
  if (isFirst && loader.flawed('mcuboot/resume-skips-erase')) return;
  if (loader.flawed('mcuboot/blank-page-not-erased') && slot.isBlank(sector)) return;
  slot.eraseSector(sector);
}

/** A stretch of one slot, and where it goes to in another. */
export interface Route {
  readonly from: Slot;
  readonly source: number;
  readonly to: Slot;
  readonly target: number;
  /** Where in the target slot the image begins. */
  readonly start?: number;
}

/** Copies a region, chunk by chunk. What leaves the primary slot is encrypted on the way, what enters it is decrypted. */
export function copyRegion(loader: Loader, route: Route, size: number): void {
  const { from, source, to, target, start = 0 } = route;
  for (let done = 0; done < size; done += CHUNK) {
    const bytes = from.read(source + done, Math.min(CHUNK, size - done));
    if (bytes !== null) to.write(target + done, crossing(loader, route, bytes, target + done - start));
  }
}

/** The primary slot alone is readable: an image that goes to it or comes from it passes through its cipher. */
function crossing(loader: Loader, { from, to }: Route, bytes: Uint8Array, offset: number): Uint8Array {
  const { keys, primary } = loader;
  if (keys === null || (from === primary) === (to === primary)) return bytes;
  return keys.cross(from === primary ? 'primary' : 'secondary', bytes, offset);
}
