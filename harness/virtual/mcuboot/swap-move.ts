import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { type BootStatus, isFresh, writeStatusCell } from '#virtual/mcuboot/status.ts';
import {
  writeCopyDone,
  writeImageOk,
  writeMagic,
  writeSwapInfo,
  writeSwapSize,
} from '#virtual/mcuboot/trailer.ts';
import { logState } from '#virtual/mcuboot/boot-log.ts';

/** Bytes copied at a time. */
const CHUNK = 1024;

/** Runs a swap from wherever the status says it stands; does nothing where there is no room for one. */
export function runSwap(loader: Loader, status: BootStatus): void {
  loader.info('Starting swap using move algorithm.');
  const { primary } = loader;
  const last = primary.sectorsFor(status.swapSize);
  if (isFresh(status) && !hasRoom(loader, last)) return;
  fixUpRevert(loader, status);
  if (status.op === 'move') {
    for (let sector = last - status.idx + 1; sector > 0; sector--) moveUp(loader, status, sector);
    status.op = 'swap';
    status.idx = 1;
    status.state = 1;
  }
  for (let sector = status.idx; sector <= last; sector++) exchange(loader, status, sector);
}

function hasRoom(loader: Loader, last: number): boolean {
  const { primary } = loader;
  if (last < primary.trailerSector || loader.flawed('mcuboot/size-not-checked')) return true;
  loader.warn('Not enough free space to run swap upgrade');
  loader.warn(
    `required ${(last + 1) * primary.sector} bytes but only ${primary.trailerSector * primary.sector} are available`,
  );
  return false;
}

/**
 * A revert is asked for by the primary trailer alone, which is about to be erased: the request is put into the other slot
 * first, as a permanent update to the old image.
 */
function fixUpRevert(loader: Loader, status: BootStatus): void {
  if (status.swapType !== 'revert' || status.op !== 'move' || status.idx !== 1) return;
  const { secondary } = loader;
  const state = loader.state(secondary);
  logState(loader, 'Secondary image', state);
  if (state.magic !== 'unset' || loader.flawed('mcuboot/revert-not-resumable')) return;
  secondary.scrambleTrailer();
  sealed(loader, secondary, () => {
    writeImageOk(secondary);
    writeSwapSize(secondary, status.swapSize);
  });
}

/** The magic seals a trailer: it is written when everything else is there. */
function sealed(loader: Loader, slot: Slot, fields: () => void): void {
  const early = loader.flawed('mcuboot/torn-magic-accepted');
  if (early) writeMagic(slot);
  fields();
  if (!early) writeMagic(slot);
}

/** Sets the journal up in the primary slot, then forgets the request in the secondary. */
function begin(loader: Loader, status: BootStatus): void {
  const { primary, secondary } = loader;
  const forgetsFirst = loader.flawed('mcuboot/trailer-cleared-first');
  const permanent = loader.state(secondary).imageOk === 'set';
  if (forgetsFirst) secondary.scrambleTrailer();
  if (status.source !== 'primary') {
    primary.scrambleTrailer();
    sealed(loader, primary, () => {
      if (status.swapType !== 'none' && status.swapType !== 'unknown')
        writeSwapInfo(primary, status.swapType);
      if (permanent) writeImageOk(primary);
      if (loader.flawed('mcuboot/copy-done-first')) writeCopyDone(primary);
      writeSwapSize(primary, status.swapSize);
    });
  }
  if (!forgetsFirst) secondary.scrambleTrailer();
}

function moveUp(loader: Loader, status: BootStatus, sector: number): void {
  const { primary } = loader;
  if (status.idx === 1) begin(loader, status);
  step(loader, status, () => {
    primary.eraseSector(sector);
    copySector(primary, sector - 1, primary, sector);
  });
  status.idx += 1;
}

function exchange(loader: Loader, status: BootStatus, sector: number): void {
  const { primary, secondary } = loader;
  if (status.state === 1) {
    step(loader, status, () => {
      primary.eraseSector(sector - 1);
      copySector(secondary, sector - 1, primary, sector - 1);
    });
    status.state = 2;
  }
  step(loader, status, () => {
    secondary.eraseSector(sector - 1);
    copySector(primary, sector, secondary, sector - 1);
  });
  status.idx += 1;
  status.state = 1;
}

/** Work first, then the cell that says it is done. */
function step(loader: Loader, status: BootStatus, work: () => void): void {
  const early = loader.flawed('mcuboot/status-before-copy');
  const journal = () => {
    if (!loader.flawed('mcuboot/swap-not-journalled')) writeStatusCell(loader.primary, status);
  };
  if (early) journal();
  work();
  if (!early) journal();
}

function copySector(from: Slot, source: number, to: Slot, target: number): void {
  for (let offset = 0; offset < from.sector; offset += CHUNK) {
    const bytes = from.read(source * from.sector + offset, CHUNK);
    if (bytes !== null) to.write(target * to.sector + offset, bytes);
  }
}
