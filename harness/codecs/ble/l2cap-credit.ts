import type { PeerError } from '#core/errors.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';

/** The sum of credits may not pass this (Core 6 Vol 3 Part A 10.1). */
export const CREDITS_MOST = 0xffff;

/** Bytes of the length in front of an SDU's first segment. */
const SDU_LENGTH = 2;

/** Cuts an SDU into K-frames of at most `mps` bytes; `claimed` is the length the first announces. */
export function segmentSdu(sdu: Uint8Array, mps: number, claimed = sdu.length): readonly Uint8Array[] {
  const whole = Uint8Array.from([claimed & 0xff, (claimed >> 8) & 0xff, ...sdu]);
  const pieces = Math.max(1, Math.ceil(whole.length / mps));
  return Array.from({ length: pieces }, (_, index) => whole.slice(index * mps, (index + 1) * mps));
}

/** Limits of a channel, as both sides agreed. */
export interface SduLimits {
  readonly mtu: number;
  readonly mps: number;
}

/** Puts K-frames together. After an error the channel must be closed (Core 6 Vol 3 Part A 3.4.3). */
export class SduReassembler {
  readonly #limits: SduLimits;
  #sdu: number[] = [];
  #expected: number | null = null;

  constructor(limits: SduLimits) {
    this.#limits = limits;
  }

  /** Takes one K-frame; gives the SDU it completed, an error, or null. */
  push(frame: Uint8Array): Uint8Array | PeerError | null {
    const { mtu, mps } = this.#limits;
    if (frame.length > mps) return segmentError('is longer than the MPS', `${mps} bytes`, frame.length);
    const isFirst = this.#expected === null;
    if (isFirst && frame.length < SDU_LENGTH) {
      return segmentError('has no room for the SDU length', '2 bytes', frame.length);
    }
    const expected = this.#expected ?? (frame[0] ?? 0) + 256 * (frame[1] ?? 0);
    if (expected > mtu) return segmentError('announces more than the MTU', `${mtu} bytes`, expected);
    this.#expected = expected;
    this.#sdu.push(...(isFirst ? frame.subarray(SDU_LENGTH) : frame));
    if (this.#sdu.length > expected) {
      return segmentError('brings more than was announced', `${expected} bytes`, this.#sdu.length);
    }
    if (this.#sdu.length < expected) return null;
    this.#expected = null;
    return Uint8Array.from(this.#sdu.splice(0));
  }
}

function segmentError(message: string, expected: string, got: number): PeerError {
  return bleError('k-frame', `a K-frame ${message}`, expected, String(got));
}
