import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { encodeHciPcapng, type CapturedPacket } from '#codecs/ble/pcapng.ts';

/** Packets that are held: beyond, the oldest are left out, so that a campaign of days ends with its last minutes. */
const MOST_PACKETS = 200_000;

/** What passed between a host and its controller, until it is taken. */
export class HciCapture {
  readonly #name: string;
  #packets: CapturedPacket[] = [];
  #comment: string | undefined;

  /** `name`: of the interface, as the capture tells it. */
  constructor(name: string) {
    this.#name = name;
  }

  keep(record: HciRecord): void {
    const comment = this.#comment;
    this.#comment = undefined;
    this.#packets.push(comment === undefined ? record : { ...record, comment });
    if (this.#packets.length > 2 * MOST_PACKETS) this.#packets = this.#packets.slice(-MOST_PACKETS);
  }

  /** A comment on the next packet: what begins there. */
  mark(comment: string): void {
    this.#comment = comment;
  }

  /** A pcapng file of what passed since the last call; null: nothing did. */
  take(): Uint8Array | null {
    const packets = this.#packets.slice(-MOST_PACKETS);
    this.#packets = [];
    return packets.length === 0 ? null : encodeHciPcapng(this.#name, packets);
  }
}
