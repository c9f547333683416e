import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { copyRegion, eraseForCopy, firstStep, step } from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { BootStatus } from '#virtual/mcuboot/status.ts';

/** Status cells of one sector. */
export const OFFSET_CELLS = 2;

/** How far a swap using offset has come. */
export interface OffsetProgress {
  /** Sector in hand, from 1. */
  idx: number;
  /** Step within the sector, from 1. */
  state: number;
}

/** Sectors that each image takes up; what lies behind them is not copied. */
export interface UsedSectors {
  readonly primary: number;
  readonly secondary: number;
}

export function progressOf({ cells }: BootStatus): OffsetProgress {
  return { idx: Math.floor(cells / OFFSET_CELLS) + 1, state: (cells % OFFSET_CELLS) + 1 };
}

/** Sectors of an image, as bootutil reckons them: in 32 bits. */
export function sectorsOf(header: McubootHeader, unprotectedSize: number, sector: number): number {
  const { headerSize, protectedSize, imageSize } = header;
  return Math.floor(((headerSize + unprotectedSize + protectedSize + imageSize + sector - 1) >>> 0) / sector);
}

/** One sector of an upgrade: the old one goes to the free sector below the new one, then the new one takes its place. */
export function exchange(loader: Loader, progress: OffsetProgress, index: number, used: UsedSectors): void {
  move(loader, progress, { from: index, to: index, back: index + 1 }, index, used);
}

/** One sector of a revert, the same the other way round. */
export function exchangeBack(
  loader: Loader,
  progress: OffsetProgress,
  index: number,
  used: UsedSectors,
): void {
  move(loader, progress, { from: index, to: index + 1, back: index }, index, used);
}

/** Sector of the primary slot, where it goes to in the secondary, and what comes back from there. */
interface Route {
  readonly from: number;
  readonly to: number;
  readonly back: number;
}

function move(
  loader: Loader,
  progress: OffsetProgress,
  { from, to, back }: Route,
  index: number,
  used: UsedSectors,
): void {
  const { primary, secondary } = loader;
  const { sector } = primary;
  const cell = (progress.idx - 1) * OFFSET_CELLS;
  if (progress.state === 1) {
    firstStep(loader, primary, cell, 1, () => {
      if (index > used.primary) return;
      eraseForCopy(loader, secondary, to);
      const start = (to - from) * sector;
      const route = { from: primary, source: from * sector, to: secondary, target: to * sector, start };
      copyRegion(loader, route, sector);
    });
  }
  step(loader, primary, cell + 1, 2, () => {
    if (index > used.secondary) return;
    eraseForCopy(loader, primary, from);
    const route = { from: secondary, source: back * sector, to: primary, target: from * sector };
    copyRegion(loader, route, sector);
  });
  progress.idx += 1;
  progress.state = 1;
}
