import { ATT_ERROR } from '#codecs/ble/att.ts';
import { AttRefusal } from '#codecs/ble/att-refusal.ts';

/** A part of a value that waits to be written. */
export interface PreparedWrite {
  readonly handle: number;
  readonly offset: number;
  readonly value: Uint8Array;
}

/** Parts that one client may have waiting. */
const MOST_PARTS = 64;

/** The queue of one client's prepared writes. */
export class PreparedWrites {
  #parts: PreparedWrite[] = [];

  get count(): number {
    return this.#parts.length;
  }

  add({ handle, offset, value }: PreparedWrite): void {
    if (this.#parts.length >= MOST_PARTS) throw new AttRefusal(ATT_ERROR.queueFull, handle);
    this.#parts.push({ handle, offset, value });
  }

  /** All of them, in order; none are left. */
  take(): readonly PreparedWrite[] {
    return this.#parts.splice(0);
  }
}
