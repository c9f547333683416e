import type { Clock } from '#core/clock.ts';

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
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const aborted = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      }, ms);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  /** Nobody holds real time. */
  hold(): () => void {
    return () => undefined;
  }
}
