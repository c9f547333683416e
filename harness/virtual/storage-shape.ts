import type { FlashKind, Tear } from '#core/tear.ts';
import type { WeakCells } from '#virtual/weak-cells.ts';

/** What a chip has. */
export interface StorageShape {
  /** Bytes. */
  readonly size: number;
  readonly page: number;
  readonly word: number;
  /** Number of 32-bit one-time-programmable words. */
  readonly fuses: number;
  /** Decides how an interrupted operation tears. */
  readonly kind: FlashKind;
}

/** Everything a chip keeps without power. */
export interface StorageContent {
  readonly flash: Uint8Array;
  readonly fuses: Uint32Array;
  /** Absent: every cell holds what it reads as. */
  readonly weak?: WeakCells;
}

/** A cut that waits for its operation. */
export interface ArmedCut {
  /** Counted from now: 0 is the next operation. */
  readonly index: number;
  /** Where it does not fit the operation that is struck, its nearest kin is taken. */
  readonly tear: Tear;
  readonly seed: number;
}

/** Where `rewind` goes back to. */
export interface Mark {
  readonly depth: number;
}
