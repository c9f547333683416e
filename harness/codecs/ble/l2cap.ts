import type { PeerError } from '#core/errors.ts';
import { blob, size, u16, type Lies } from '#codecs/ble/layout.ts';
import { bleError, decodeLayout } from '#codecs/ble/layout-decode.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';

/** Channels that every LE link has; 0040 to 007F are given out (Core 6 Vol 3 Part A 2.1). */
export const CID = { att: 4, signalling: 5, pairing: 6, firstDynamic: 0x40, lastDynamic: 0x7f } as const;

/** Bytes in front of the payload. */
export const L2CAP_HEADER = 4;

const FRAME = [size('length', 2, 'payload'), u16('cid'), blob('payload')] as const;

/** A basic frame. */
export interface L2capFrame {
  readonly cid: number;
  readonly payload: Uint8Array;
}

/** A basic frame as bytes; the lies `length` and `cid` are its header. */
export function encodeL2cap(frame: L2capFrame, lies: Lies = {}): Uint8Array {
  return encodeLayout(FRAME, frame, lies);
}

/** A whole frame. */
export function decodeL2cap(bytes: Uint8Array): L2capFrame | PeerError {
  return decodeLayout('L2CAP frame', FRAME, bytes);
}

/** Puts the pieces of one link's frames together; holds at most one frame. */
export class L2capReassembler {
  #held: Uint8Array | null = null;

  /** Bytes of a frame that is not complete. */
  get pending(): number {
    return this.#held?.length ?? 0;
  }

  /** Bytes that the frame still announces; 0 where none is under way or its header is not complete. */
  get missing(): number {
    const held = this.#held;
    if (held === null || held.length < L2CAP_HEADER) return 0;
    return L2CAP_HEADER + (held[0] ?? 0) + 256 * (held[1] ?? 0) - held.length;
  }

  /** Takes a piece; gives the frame it completed, an error where pieces do not fit, or null. A new start drops the old. */
  push(isStart: boolean, data: Uint8Array): L2capFrame | PeerError | null {
    const dropped = isStart ? this.#held : null;
    if (!isStart && this.#held === null) {
      return bleError('l2cap-continuation', 'a continuation without a start', 'a first fragment', 'none');
    }
    const bytes = isStart ? data : Uint8Array.from([...(this.#held ?? []), ...data]);
    this.#held = bytes;
    const frame = this.#complete(bytes);
    if (frame !== null || dropped === null) return frame;
    return bleError('l2cap-unfinished', 'a frame was never finished', 'its rest', `${dropped.length} bytes`);
  }

  #complete(bytes: Uint8Array): L2capFrame | PeerError | null {
    if (bytes.length < L2CAP_HEADER) return null;
    const length = L2CAP_HEADER + (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0);
    if (bytes.length < length) return null;
    this.#held = null;
    return decodeL2cap(bytes);
  }
}
