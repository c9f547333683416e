import type { Clock } from '#core/clock.ts';
import { PowerLost, type Storage, type StorageOperation } from '#virtual/storage.ts';

/** Simulated duration of flash operations, ms. */
export interface FlashTimes {
  readonly erasePage: number;
  readonly writeWord: number;
  readonly burnFuse: number;
}

/** What a stretch of flash work gave, and how long the chip was busy with it. */
export interface Worked<T> {
  readonly value: T;
  readonly ms: number;
}

interface Step {
  readonly operation: StorageOperation;
  /** Rig time at which it is complete. */
  readonly until: number;
}

/**
 * Gives synchronous flash work a duration. The work is carried out at once; should power go before its time is over,
 * flash is put back to where it would be at that moment: complete operations done, the one in progress torn.
 */
export class FlashWindow {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #times: FlashTimes;
  #steps: Step[] = [];
  #before: ReturnType<Storage['save']> | null = null;
  /** Count of storage operations when the work began. */
  #first = 0;

  constructor(storage: Storage, clock: Clock, times: FlashTimes) {
    this.#storage = storage;
    this.#clock = clock;
    this.#times = times;
  }

  /** Runs `work`; what it throws (`PowerLost` too) comes through. */
  run<T>(work: () => T): Worked<T> {
    this.close();
    this.#first = this.#storage.operations;
    const start = this.#clock.now();
    const outer = this.#storage.onOperation;
    let until = start;
    this.#storage.onOperation = (operation) => {
      outer?.(operation);
      this.#before ??= this.#storage.save();
      until += this.#duration(operation);
      this.#steps.push({ operation: copyOf(operation), until });
    };
    try {
      return { value: work(), ms: until - start };
    } finally {
      this.#storage.onOperation = outer;
    }
  }

  /** The work's time is over, or a cut has already had its say: nothing is to be undone any more. */
  close(): void {
    this.#steps = [];
    this.#before = null;
  }

  /** Power goes or the chip is reset now. Gives what was interrupted, or null when the chip was not at work. */
  interrupt(seed: number): PowerLost | null {
    const [steps, before, now] = [this.#steps, this.#before, this.#clock.now()];
    this.close();
    const index = steps.findIndex((step) => step.until > now);
    const cut = steps[index];
    if (cut === undefined || before === null) return null;
    this.#storage.load(before);
    for (const step of steps.slice(0, index)) this.#storage.apply(step.operation);
    this.#storage.tear(cut.operation, 'half-programmed', seed);
    return new PowerLost(this.#first + index, cut.operation);
  }

  #duration(operation: StorageOperation): number {
    if (operation.kind === 'fuse') return this.#times.burnFuse;
    const { page, word } = this.#storage.shape;
    if (operation.kind === 'erase') return (operation.length / page) * this.#times.erasePage;
    return (operation.data.length / word) * this.#times.writeWord;
  }
}

function copyOf(operation: StorageOperation): StorageOperation {
  return operation.kind === 'write' ? { ...operation, data: operation.data.slice() } : operation;
}
