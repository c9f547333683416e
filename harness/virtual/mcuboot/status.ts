import { SWAP_TYPES, type SwapType } from '#codecs/mcuboot-trailer.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';

/** How far a swap has come; starts at move, 1, 1. */
export interface BootStatus {
  source: 'none' | 'primary';
  op: 'move' | 'swap';
  /** Sector in hand, from 1. */
  idx: number;
  /** Step within the sector, from 1. */
  state: 1 | 2;
  /** `unknown`: the journal holds a number that no swap has. */
  swapType: SwapType | 'unknown';
  swapSize: number;
}

/** Cells of one sector: one while moving up, two while exchanging. */
const CELLS = { move: 1, swap: 2 } as const;

export function freshStatus(): BootStatus {
  return { source: 'none', op: 'move', idx: 1, state: 1, swapType: 'none', swapSize: 0 };
}

/** True where no sector has been touched yet. */
export function isFresh({ op, idx, state }: BootStatus): boolean {
  return op === 'move' && idx === 1 && state === 1;
}

/** The swap type that a journal names; unlike in a trailer's state, nonsense in it is not taken for nothing. */
export function journalledSwap(swapInfo: number): BootStatus['swapType'] {
  if (swapInfo === 0xff) return 'none';
  return SWAP_TYPES[(swapInfo & 0xf) - 1] ?? 'unknown';
}

/** Reads the status cells: progress is what follows the last cell that is not erased. */
export function readStatusCells(slot: Slot, status: BootStatus): void {
  const { maxSectors, writeSize } = slot.shape;
  let written = maxSectors * (CELLS.move + CELLS.swap);
  while (written > 0 && slot.byte(slot.at.status + (written - 1) * writeSize) === 0xff) written -= 1;
  if (written === 0) return;
  status.op = written < maxSectors ? 'move' : 'swap';
  const cells = status.op === 'move' ? written : written - maxSectors;
  status.idx = Math.floor(cells / CELLS[status.op]) + 1;
  status.state = cells % CELLS[status.op] === 0 ? 1 : 2;
}

/** Writes the cell of the step in hand. */
export function writeStatusCell(slot: Slot, status: BootStatus): void {
  const { maxSectors, writeSize } = slot.shape;
  const first = status.op === 'move' ? 0 : maxSectors;
  const cell = first + (status.idx - 1) * CELLS[status.op] + (status.state - 1);
  const bytes = new Uint8Array(writeSize).fill(0xff);
  bytes[0] = status.state;
  slot.write(slot.at.status + cell * writeSize, bytes);
}
