import type { Tear } from '#core/tear.ts';

/** An operation of a flash controller that changes flash. */
export type FlashOperation =
  | { readonly kind: 'write'; readonly address: number; readonly data: Uint8Array }
  | { readonly kind: 'erase'; readonly address: number; readonly length: number };

/**
 * What a machine's flash is while nobody runs it: simulated silicon, given to the machine by its board, that knows how
 * operations tear and which cells a cut left weak. Addresses count from the flash's beginning.
 */
export interface FlashModel {
  /** For reading only. */
  readonly bytes: Uint8Array;
  /** Supply comes up: cells that a cut left weak read as they happen to from now on. */
  powerUp(): void;
  apply(operation: FlashOperation): void;
  /** Leaves an operation as a power cut would. */
  tear(operation: FlashOperation, tear: Tear, seed: number): void;
  /** Takes over content that the machine left; strong where it differs. */
  replace(content: Uint8Array): void;
}
