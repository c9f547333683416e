import type { PeerError } from '#core/errors.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';

/** What the first byte of an H4 packet says of the rest (Core 6, Vol 4 Part A 2). */
export const H4 = { command: 1, acl: 2, sco: 3, event: 4, iso: 5 } as const;

/** One HCI packet with its indicator in front. */
export interface H4Packet {
  readonly indicator: number;
  readonly body: Uint8Array;
}

/** Length of the header behind the indicator, and where in it the length of the rest is. */
interface Header {
  readonly bytes: number;
  readonly lengthAt: number;
  readonly lengthBytes: 1 | 2;
  readonly lengthMask: number;
}

const HEADERS: Readonly<Record<number, Header>> = {
  [H4.command]: { bytes: 3, lengthAt: 2, lengthBytes: 1, lengthMask: 0xff },
  [H4.acl]: { bytes: 4, lengthAt: 2, lengthBytes: 2, lengthMask: 0xffff },
  [H4.sco]: { bytes: 3, lengthAt: 2, lengthBytes: 1, lengthMask: 0xff },
  [H4.event]: { bytes: 2, lengthAt: 1, lengthBytes: 1, lengthMask: 0xff },
  // The upper two bits of an ISO length are reserved.
  [H4.iso]: { bytes: 4, lengthAt: 2, lengthBytes: 2, lengthMask: 0x3fff },
};

/** An H4 packet as it goes over the wire. */
export function encodeH4({ indicator, body }: H4Packet): Uint8Array {
  const packet = new Uint8Array(1 + body.length);
  packet[0] = indicator;
  packet.set(body, 1);
  return packet;
}

/**
 * Cuts a byte stream into H4 packets. There is no mark to find a packet by, so an unknown indicator means that bytes were
 * lost: from then on every push gives that error, until the transport is reopened.
 */
export class H4Stream {
  #waiting = new Uint8Array();
  #lost: PeerError | null = null;

  /** Takes the next bytes, however cut; gives the packets they completed, and at last the error. */
  push(chunk: Uint8Array): (H4Packet | PeerError)[] {
    if (this.#lost !== null) return [this.#lost];
    const bytes = this.#waiting.length === 0 ? chunk : joined(this.#waiting, chunk);
    const found: (H4Packet | PeerError)[] = [];
    let at = 0;
    for (let end = this.#endOf(bytes, at); end !== null; end = this.#endOf(bytes, at)) {
      found.push({ indicator: bytes[at] ?? 0, body: bytes.slice(at + 1, end) });
      at = end;
    }
    this.#waiting = bytes.slice(at);
    if (this.#lost !== null) found.push(this.#lost);
    return found;
  }

  /** Where the packet that begins at `at` ends; null where not all of it is there. */
  #endOf(bytes: Uint8Array, at: number): number | null {
    const indicator = bytes[at];
    if (indicator === undefined) return null;
    const header = HEADERS[indicator];
    if (header === undefined) {
      this.#lost ??= desynchronised(indicator);
      return null;
    }
    const behind = at + 1 + header.bytes;
    if (bytes.length < behind) return null;
    const low = bytes[at + 1 + header.lengthAt] ?? 0;
    const high = header.lengthBytes === 2 ? (bytes[at + 2 + header.lengthAt] ?? 0) : 0;
    const end = behind + ((low + 256 * high) & header.lengthMask);
    return end > bytes.length ? null : end;
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function desynchronised(indicator: number): PeerError {
  return bleError(
    'h4-desynchronised',
    'the HCI byte stream has lost its packet boundaries',
    'an indicator from 1 to 5',
    String(indicator),
  );
}
