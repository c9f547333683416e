import type { Clock } from '#core/clock.ts';
import { sleepOn } from '#core/wait.ts';

/**
 * Simulated time that passes only while somebody waits for it on this clock. The board's own timers (keep-alive,
 * watchdog) run on the clock inside: without anybody waiting they would drive it on for ever, as fast as the machine can.
 */
export class AttendedClock implements Clock {
  readonly #inner: Clock;
  readonly #waiting = new Set<unknown>();
  #release: (() => void) | null;

  constructor(inner: Clock) {
    this.#inner = inner;
    this.#release = inner.hold();
  }

  now(): number {
    return this.#inner.now();
  }

  setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown {
    const id: unknown = this.#inner.setTimeout(() => {
      this.#leave(id);
      fn();
    }, ms);
    this.#enter(id);
    return id;
  }

  clearTimeout(id: unknown): void {
    this.#inner.clearTimeout(id);
    this.#leave(id);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Lets time pass until the function returned is called: somebody waits for the board without a deadline. */
  attend(): () => void {
    const id = Symbol('attended');
    this.#enter(id);
    return () => this.#leave(id);
  }

  hold(): () => void {
    return this.#inner.hold();
  }

  #enter(id: unknown): void {
    this.#waiting.add(id);
    this.#release?.();
    this.#release = null;
  }

  #leave(id: unknown): void {
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#release ??= this.#inner.hold();
  }
}
