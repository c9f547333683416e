import type { Clock } from '#core/clock.ts';
import { sleepOn } from '#core/wait.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: (...args: unknown[]) => void;
}

/** Lets the event loop take one whole turn: pending I/O, then promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Simulated time: jumps to the next timer as soon as nothing else wants to run, so waiting costs nothing. It stands
 * still while anybody holds it. `settle` is awaited before each jump; rigs whose board talks over real sockets pass one
 * that lets the sockets drain.
 */
export class SimClock implements Clock {
  readonly #settle: () => Promise<void>;
  readonly #timers: Timer[] = [];
  #now = 0;
  #order = 0;
  #holds = 0;
  #pumping = false;

  constructor(settle: () => Promise<void> = turn) {
    this.#settle = settle;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fn };
    const place = this.#timers.findIndex((other) => other.at > timer.at);
    this.#timers.splice(place === -1 ? this.#timers.length : place, 0, timer);
    void this.#pump();
    return timer;
  }

  clearTimeout(id: unknown): void {
    const place = this.#timers.indexOf(id as Timer);
    if (place !== -1) this.#timers.splice(place, 1);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      void this.#pump();
    };
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#timers.length > 0 && this.#holds === 0) {
        await this.#settle();
        if (this.#holds > 0) break;
        const next = this.#timers.shift();
        if (next === undefined) break;
        this.#now = Math.max(this.#now, next.at);
        next.fn();
      }
    } finally {
      this.#pumping = false;
    }
    if (this.#timers.length > 0 && this.#holds === 0) void this.#pump();
  }
}
