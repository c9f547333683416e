import { encodeSmpSerial, SmpSerialDecoder, type SerialItem } from '#codecs/smp-serial.ts';
import { busFault } from '#virtual/app-fault.ts';
import type { DeviceTimers } from '#virtual/device-timers.ts';
import type { Worked } from '#virtual/flash-window.ts';
import type { SmpServer } from '#virtual/smp-server.ts';
import type { VirtualUart } from '#virtual/uart.ts';

/** What connects a server with the console it is reached over. */
export interface SmpConsoleOptions {
  readonly server: Pick<SmpServer, 'handle'>;
  readonly uart: VirtualUart;
  readonly timers: DeviceTimers;
  readonly flaws: ReadonlySet<string>;
  /** Bytes and number of packet buffers; what finds none free is lost, as in Zephyr. */
  readonly buffers: { readonly size: number; readonly count: number };
  /** Runs flash work and says how long it keeps the chip busy. */
  work<T>(work: () => T): Worked<T>;
  /** Runs what a timer calls, and takes care of faults. */
  guard(step: () => void): void;
}

/** Time that the server's thread takes for a request without flash work. */
const SERVE_MS = 1;

/** The serial SMP transport of the application: lines in, one request after another, lines out. */
export class SmpConsole {
  readonly #options: SmpConsoleOptions;
  readonly #decoder: SmpSerialDecoder;
  #waiting = 0;
  #idleAt = 0;

  constructor(options: SmpConsoleOptions) {
    this.#options = options;
    // The buffer holds length field and CRC too.
    this.#decoder = new SmpSerialDecoder(options.buffers.size - 4);
  }

  receive(bytes: Uint8Array): void {
    for (const item of this.#decoder.push(bytes)) this.#take(item);
  }

  #take(item: SerialItem): void {
    if (item.kind === 'dropped') this.#drop(item.announced);
    if (item.kind !== 'packet' || this.#waiting >= this.#options.buffers.count) return;
    const { timers } = this.#options;
    this.#waiting += 1;
    timers.after(Math.max(0, this.#idleAt - timers.clock.now()), () =>
      this.#options.guard(() => this.#serve(item.packet)),
    );
  }

  /** Flaw `frame-length-underflow`: the length minus the CRC wraps to almost 64 KiB, and is read. */
  #drop(announced: number | undefined): void {
    const wraps = announced !== undefined && announced < 2;
    if (wraps && this.#options.flaws.has('smp/frame-length-underflow'))
      throw busFault(0x2004_0000 + announced);
  }

  #serve(packet: Uint8Array): void {
    const { server, timers, uart } = this.#options;
    const now = timers.clock.now();
    if (now < this.#idleAt) {
      timers.after(this.#idleAt - now, () => this.#options.guard(() => this.#serve(packet)));
      return;
    }
    this.#waiting -= 1;
    const { value: answers, ms } = this.#options.work(() => server.handle(packet));
    this.#idleAt = now + ms + SERVE_MS;
    for (const answer of answers) {
      timers.after(ms + SERVE_MS, () => uart.send(encodeSmpSerial(answer)));
    }
  }
}
