import type { Clock } from '#core/clock.ts';

/** What a running device has planned; all of it is forgotten when power goes. */
export class DeviceTimers {
  readonly clock: Clock;
  readonly #pending = new Set<unknown>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  after(ms: number, fn: () => void): void {
    const id: unknown = this.clock.setTimeout(() => {
      this.#pending.delete(id);
      fn();
    }, ms);
    this.#pending.add(id);
  }

  cancelAll(): void {
    for (const id of this.#pending) this.clock.clearTimeout(id);
    this.#pending.clear();
  }
}
