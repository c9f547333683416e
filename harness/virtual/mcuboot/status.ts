import { SWAP_TYPES, type SwapType } from '#codecs/mcuboot-trailer.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';

/** How far a swap has come, as its journal tells. */
export interface BootStatus {
  /** Area that holds the journal. */
  source: 'none' | 'primary' | 'scratch';
  /** Status cells that count as written; 0: no sector has been touched yet. */
  cells: number;
  /** `unknown`: the journal holds a number that no swap has. */
  swapType: SwapType | 'unknown';
  swapSize: number;
}

export function freshStatus(): BootStatus {
  return { source: 'none', cells: 0, swapType: 'none', swapSize: 0 };
}

/** True where no sector has been touched yet. */
export function isFresh({ cells }: BootStatus): boolean {
  return cells === 0;
}

/** The swap type that a journal names; unlike in a trailer's state, nonsense in it is not taken for nothing. */
export function journalledSwap(slot: Slot): BootStatus['swapType'] {
  const swapInfo = slot.byte(slot.at.swapInfo);
  if (swapInfo === 0xff) return 'none';
  return SWAP_TYPES[(swapInfo & 0xf) - 1] ?? 'unknown';
}

/** Number of the last status cell that is not erased, from 1; 0: none. What lies before it is not looked at. */
export function lastCell(slot: Slot, count: number): number {
  const { writeSize } = slot.shape;
  let written = count;
  while (written > 0 && slot.byte(slot.at.status + (written - 1) * writeSize) === 0xff) written -= 1;
  return written;
}

/** Writes a status cell, counted from 0: the state that a sector has reached. */
export function writeStatusCell(slot: Slot, cell: number, state: number): void {
  const { writeSize } = slot.shape;
  const bytes = new Uint8Array(writeSize).fill(0xff);
  bytes[0] = state;
  slot.write(slot.at.status + cell * writeSize, bytes);
}
