import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import { DeviceTimers } from '#virtual/device-timers.ts';

/** 8N1: ten bits a byte. */
const BITS_PER_BYTE = 10;
const BAUD_RATE = 115_200;

/**
 * A virtual board's UART: what either side sends arrives byte-exact, in order and in line time; `host` is the bench's
 * end.
 */
export class VirtualUart {
  readonly host: Channel;
  readonly #clock: Clock;
  readonly #toHost: ByteQueue;
  readonly #sending: DeviceTimers;
  #receive: ((bytes: Uint8Array) => void) | null = null;
  #msPerByte: number;
  /** When the line is idle again, from the board and to it. */
  #idleAt = 0;
  #takenUntil = 0;
  /** What is on the wire, oldest first. */
  #fromBoard: Uint8Array[] = [];
  readonly #toBoard: Uint8Array[] = [];
  #closed = false;

  constructor(name: string, clock: Clock, baudRate = BAUD_RATE) {
    this.#clock = clock;
    this.#msPerByte = (1000 * BITS_PER_BYTE) / baudRate;
    this.#toHost = new ByteQueue(name);
    this.#sending = new DeviceTimers(clock);
    this.host = {
      name,
      incoming: this.#toHost,
      write: (bytes, options) => this.#fromHost(bytes, options),
      close: () => this.#close(),
    };
  }

  /** Both ends go on at another speed; what was sent before arrives at the old one. */
  setBaudRate(baudRate: number): void {
    this.#msPerByte = (1000 * BITS_PER_BYTE) / baudRate;
  }

  /** The board listens; null: it does not, and bytes are lost. */
  listen(receive: ((bytes: Uint8Array) => void) | null): void {
    this.#receive = receive;
  }

  /** The board sends, after what it sent before. */
  send(bytes: Uint8Array): void {
    const start = Math.max(this.#clock.now(), this.#idleAt);
    this.#idleAt = start + bytes.length * this.#msPerByte;
    this.#fromBoard.push(bytes);
    this.#sending.after(this.#idleAt - this.#clock.now(), () => this.#arrive());
  }

  /** The oldest arrives: timers of real time that end in the same millisecond come in any order. */
  #arrive(): void {
    const bytes = this.#fromBoard.shift();
    if (bytes !== undefined) this.#toHost.push(bytes);
  }

  /** Console text, one line each. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.send(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
  }

  /** Power went: what was not yet sent never will be. */
  silence(): void {
    this.#sending.cancelAll();
    this.#fromBoard = [];
    this.#idleAt = this.#clock.now();
    this.#receive = null;
  }

  /** The simulation itself broke: the bench's end gets this error instead of silence. */
  fail(error: Error): void {
    this.silence();
    this.#toHost.end(error);
  }

  async #fromHost(bytes: Uint8Array, options: CallOptions): Promise<void> {
    if (this.#closed) throw closedError(this.host.name);
    const sent = bytes.slice();
    const now = this.#clock.now();
    const until = Math.max(now, this.#takenUntil) + sent.length * this.#msPerByte;
    this.#takenUntil = until;
    this.#toBoard.push(sent);
    try {
      await this.#clock.sleep(until - now, options.signal);
    } catch (error) {
      const place = this.#toBoard.indexOf(sent);
      if (place !== -1) this.#toBoard.splice(place, 1);
      throw error;
    }
    const oldest = this.#toBoard.shift();
    if (oldest !== undefined) this.#receive?.(oldest);
  }

  #close(): Promise<void> {
    this.#closed = true;
    this.silence();
    this.#toHost.end();
    return Promise.resolve();
  }
}

function closedError(name: string): BenchError {
  return new BenchError({
    code: 'channel-closed',
    message: `${name} was written to after it was closed`,
    remedy: 'open the rig again',
  });
}
