import type { Clock } from '#core/clock.ts';
import { sleepOn } from '#core/wait.ts';

/** Real time that goes by slower, for whoever waits for a machine that a busy host, or its debugger, holds up. */
export class PatientClock implements Clock {
  #factor = 1;
  #began = performance.now();
  #before = 0;

  /** From now on one millisecond takes so many. */
  slowTo(factor: number): void {
    this.#before += (performance.now() - this.#began) / this.#factor;
    this.#began = performance.now();
    this.#factor = factor;
  }

  now(): number {
    return Math.floor(this.#before + (performance.now() - this.#began) / this.#factor);
  }

  setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown {
    return setTimeout(fn, ms * this.#factor);
  }

  clearTimeout(id: unknown): void {
    clearTimeout(id as NodeJS.Timeout);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Nobody holds real time. */
  hold(): () => void {
    return () => undefined;
  }
}
