import { SMP_HEADER } from '#codecs/smp.ts';

/** The GATT service of SMP, and its one characteristic: written without response, answered by notifications. */
export const SMP_SERVICE = '8d53dc1d-1db7-4cd3-868b-8a527460aa84';
export const SMP_CHARACTERISTIC = 'da2e7828-fbce-4e01-ae9e-261174997c48';

/** Bytes of an ATT PDU that are not the value (opcode and handle). */
export const ATT_OVERHEAD = 3;

/** Cuts a packet into values of at most so many bytes; nothing but their order says that they belong together. */
export function fragmentSmp(packet: Uint8Array, most: number): Uint8Array[] {
  const size = Math.max(1, most);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < packet.length; at += size) parts.push(packet.slice(at, at + size));
  return parts;
}

/** Why fragments make no packet. */
export type FragmentFault = 'first-too-short' | 'too-long' | 'overrun';

/** What a fragment completed. */
export type FragmentResult =
  | { readonly kind: 'packet'; readonly packet: Uint8Array }
  | { readonly kind: 'more' }
  | { readonly kind: 'dropped'; readonly fault: FragmentFault; readonly bytes: Uint8Array };

/**
 * Joins fragments by the header's length, as Zephyr does: the first must hold the whole header, and none may reach
 * beyond the packet. Holds at most one packet.
 */
export class SmpReassembler {
  readonly #most: number;
  #parts = new Uint8Array();
  #need = 0;

  /** `most`: bytes of the buffer; a packet that announces more is refused. */
  constructor(most = 0xffff + SMP_HEADER) {
    this.#most = most;
  }

  push(fragment: Uint8Array): FragmentResult {
    if (this.#parts.length === 0) {
      if (fragment.length < SMP_HEADER) return this.#drop('first-too-short', fragment);
      this.#need = SMP_HEADER + (((fragment[2] ?? 0) << 8) | (fragment[3] ?? 0));
      if (this.#need > this.#most) return this.#drop('too-long', fragment);
    }
    const joined = Uint8Array.from(Buffer.concat([this.#parts, fragment]));
    if (joined.length > this.#need) return this.#drop('overrun', joined);
    if (joined.length < this.#need) {
      this.#parts = joined;
      return { kind: 'more' };
    }
    this.reset();
    return { kind: 'packet', packet: joined };
  }

  /** Forgets an unfinished packet: the connection ended, or the rest did not come in time. */
  reset(): void {
    this.#parts = new Uint8Array();
  }

  #drop(fault: FragmentFault, bytes: Uint8Array): FragmentResult {
    this.reset();
    return { kind: 'dropped', fault, bytes: Uint8Array.from(bytes) };
  }
}
