import type { Clock } from '#core/clock.ts';
import { sleepOn } from '#core/wait.ts';

/** Real time, for rigs of real boards; monotonic milliseconds since it was made. */
export class RealClock implements Clock {
  readonly #start = performance.now();

  now(): number {
    return Math.floor(performance.now() - this.#start);
  }

  setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown {
    return setTimeout(fn, ms);
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
