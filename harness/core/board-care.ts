import type { Permissions } from '#core/permissions.ts';

/** How a real board is taken care of: which one it is, what may be done to it, how far its flash may be worn. */
export interface BoardCare {
  /** Identity of the very chip (FICR device id, MAC), as the rig's `chipId` tells it; left out: whichever is found first. */
  readonly chipId?: string;
  /** Deeds that cannot be taken back and are allowed all the same; none where left out. */
  readonly permissions?: Permissions;
  /** Erase cycles that a page of its flash may come to, over all runs; left out: they are counted without a limit. */
  readonly wearBudget?: number;
}

/** Told of every page of flash that is erased, so that wear can be counted. */
export interface WearMeter {
  /** Pages that overlap these bytes were erased once. */
  erased(address: number, length: number): void;
}
