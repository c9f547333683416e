import type { Clock } from '#core/clock.ts';
import { MOST_PAYLOAD, TCP_FLAG, tcpPacket, udpPacket, type IpEnd } from '#codecs/ip-frames.ts';
import { encodePcapng, LINK_TYPE, type CapturedFrame, type CapturedInterface } from '#codecs/pcapng.ts';

/** Addresses for documentation (RFC 5737): what is on the wire are the payloads, the headers around them are made up. */
const BENCH = [192, 0, 2, 1] as const;
const BOARD = [192, 0, 2, 2] as const;
const NOTHING = new Uint8Array();

/** Frames that are held: beyond, the oldest are left out. */
const MOST = 20_000;
const FIRST_PORT = 49_152;
/** What a segment of Ethernet carries. */
const SEGMENT = 1460;

/** Events of LINKTYPE_RTAC_SERIAL, as Wireshark's dissector names them. */
const RTAC = { sent: 1, received: 2 } as const;

/** Payloads that pass between bench and board, kept as a capture that Wireshark dissects. */
export class WireCapture {
  readonly #clock: Clock;
  readonly #interface: CapturedInterface;
  #frames: CapturedFrame[] = [];
  #flows = 0;
  /** Grows with every take: a connection that lasts longer begins anew in the next capture. */
  #slice = 0;

  constructor(clock: Clock, at: CapturedInterface) {
    this.#clock = clock;
    this.#interface = at;
  }

  /** A connection of the board to a server of the bench. */
  flow(port: number): Flow {
    this.#flows += 1;
    const client = FIRST_PORT + (this.#flows % (0x1_0000 - FIRST_PORT));
    return new Flow(
      (bytes) => this.#keep(bytes),
      () => this.#slice,
      { client, server: port },
    );
  }

  /** A datagram to or from the board's port. */
  datagram(fromBoard: boolean, port: number, payload: Uint8Array): void {
    const board: IpEnd = { address: BOARD, port };
    const bench: IpEnd = { address: BENCH, port: port === 5353 ? port : FIRST_PORT };
    const bytes = payload.subarray(0, MOST_PAYLOAD);
    this.#keep(fromBoard ? udpPacket(board, bench, bytes) : udpPacket(bench, board, bytes));
  }

  /** Bytes on a serial line. */
  serial(fromBoard: boolean, payload: Uint8Array): void {
    const header = new DataView(new ArrayBuffer(12));
    const now = this.#clock.now();
    header.setUint32(0, Math.floor(now / 1000));
    header.setUint32(4, Math.floor((now % 1000) * 1000));
    header.setUint8(8, fromBoard ? RTAC.received : RTAC.sent);
    this.#keep(Uint8Array.from(Buffer.concat([new Uint8Array(header.buffer), payload])));
  }

  /** A pcapng file of what passed since the last call; null: nothing did. */
  take(): Uint8Array | null {
    const frames = this.#frames.slice(-MOST);
    this.#frames = [];
    this.#slice += 1;
    return frames.length === 0 ? null : encodePcapng(this.#interface, frames);
  }

  #keep(bytes: Uint8Array): void {
    this.#frames.push({ atUs: this.#clock.now() * 1000, bytes });
    if (this.#frames.length > 2 * MOST) this.#frames = this.#frames.slice(-MOST);
  }
}

/** Link type of what IP carries. */
export const IP_INTERFACE: CapturedInterface = { name: 'payloads, headers made up', linkType: LINK_TYPE.raw };
export const SERIAL_INTERFACE: CapturedInterface = { name: 'console', linkType: LINK_TYPE.rtacSerial };

/** A connection as a capture shows it: with a handshake in front, however long it has lasted. */
export class Flow {
  readonly #keep: (bytes: Uint8Array) => void;
  readonly #slice: () => number;
  readonly #ends: { readonly board: IpEnd; readonly bench: IpEnd };
  #begun = -1;
  #sequence = { board: 0, bench: 0 };

  constructor(
    keep: (bytes: Uint8Array) => void,
    slice: () => number,
    ports: { readonly client: number; readonly server: number },
  ) {
    this.#keep = keep;
    this.#slice = slice;
    this.#ends = {
      board: { address: BOARD, port: ports.client },
      bench: { address: BENCH, port: ports.server },
    };
  }

  passed(fromBoard: boolean, bytes: Uint8Array): void {
    this.#begin();
    for (let at = 0; at < bytes.length; at += SEGMENT) {
      const part = bytes.subarray(at, at + SEGMENT);
      this.#segment(fromBoard ? 'board' : 'bench', TCP_FLAG.push | TCP_FLAG.ack, part);
    }
  }

  closed(): void {
    if (this.#begun !== this.#slice()) return;
    this.#segment('board', TCP_FLAG.fin | TCP_FLAG.ack, NOTHING);
    this.#begun = -1;
  }

  #begin(): void {
    if (this.#begun === this.#slice()) return;
    this.#begun = this.#slice();
    this.#sequence = { board: 0, bench: 0 };
    this.#segment('board', TCP_FLAG.syn, NOTHING);
    this.#segment('bench', TCP_FLAG.syn | TCP_FLAG.ack, NOTHING);
    this.#segment('board', TCP_FLAG.ack, NOTHING);
  }

  #segment(from: 'board' | 'bench', flags: number, payload: Uint8Array): void {
    const to = from === 'board' ? 'bench' : 'board';
    const numbers = { flags, sequence: this.#sequence[from], acknowledged: this.#sequence[to] };
    this.#keep(tcpPacket(this.#ends[from], this.#ends[to], numbers, payload));
    const counts = (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0 ? 0 : 1;
    this.#sequence[from] += payload.length + counts;
  }
}
