import type { DeviceTimers } from '#virtual/device-timers.ts';
import type { Worked } from '#virtual/flash-window.ts';
import type { SmpServer } from '#virtual/smp-server.ts';

/** What a server's thread runs on. */
export interface SmpServiceOptions {
  readonly server: Pick<SmpServer, 'handle'>;
  readonly timers: DeviceTimers;
  /** Bytes and number of packet buffers; what finds none free is lost, as in Zephyr. */
  readonly buffers: { readonly size: number; readonly count: number };
  /** Runs flash work and says how long it keeps the chip busy. */
  work<T>(work: () => T): Worked<T>;
  /** Runs what a timer calls, and takes care of faults. */
  guard(step: () => void): void;
}

/** Time that the server's thread takes for a request without flash work. */
const SERVE_MS = 1;

/** The one thread that serves all transports: packets wait in buffers, and are answered one after another. */
export class SmpService {
  readonly #options: SmpServiceOptions;
  #waiting = 0;
  #idleAt = 0;

  constructor(options: SmpServiceOptions) {
    this.#options = options;
  }

  /** Takes a packet if a buffer is free; `answer` is called for each answer, when it is ready. */
  accept(packet: Uint8Array, answer: (packet: Uint8Array) => void): void {
    const { buffers, timers } = this.#options;
    if (this.#waiting >= buffers.count) return;
    this.#waiting += 1;
    timers.after(Math.max(0, this.#idleAt - timers.clock.now()), () =>
      this.#options.guard(() => this.#serve(packet, answer)),
    );
  }

  #serve(packet: Uint8Array, answer: (packet: Uint8Array) => void): void {
    const { server, timers } = this.#options;
    const now = timers.clock.now();
    if (now < this.#idleAt) {
      timers.after(this.#idleAt - now, () => this.#options.guard(() => this.#serve(packet, answer)));
      return;
    }
    this.#waiting -= 1;
    const { value: answers, ms } = this.#options.work(() => server.handle(packet));
    this.#idleAt = now + ms + SERVE_MS;
    for (const each of answers) timers.after(ms + SERVE_MS, () => answer(each));
  }
}
