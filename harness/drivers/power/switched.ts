import type { CallOptions, CutReceipt, CutTrigger, PowerControl, RailFall } from '#core/capabilities.ts';
import type { CurrentReading } from '#core/current.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { InstrumentContext } from '#drivers/instrument.ts';

/** What an instrument read back of the supply once it was switched off. */
export interface OffReading {
  /** What was read, one clause: `3 mV measured, 3298 mV before`. */
  readonly verified: string;
  readonly rail?: RailFall;
}

/** The switch that a supply is made of. */
export interface Switch {
  on(options: CallOptions): Promise<void>;
  off(options: CallOptions): Promise<void>;
  /** Null: a reset is a power cycle. */
  readonly reset: ((options: CallOptions) => Promise<void>) | null;
  /** Reads back that the supply fell. BenchError `supply-still-on` when it did not. */
  readonly readBack?: (options: CallOptions) => Promise<OffReading>;
  /** What the board draws just now. */
  readonly measure?: (options: CallOptions) => Promise<CurrentReading>;
  /** What is known of the supply after it was switched off, where nothing reads it back: why not. */
  readonly verified: string;
  /** Gives back ports and connections. */
  readonly close?: () => Promise<void>;
}

const CUT_DEADLINE_MS = 60_000;
/** Long enough for a board's capacitors to empty. */
const CYCLE_MS = 1000;
/** Longest a supply may take to come back when its rig is left, real milliseconds. */
const LEAVE_MS = 5000;

/** Power control out of a switch: cuts after a time or at a console line, as exactly as the switch is fast. */
export class SwitchedPower implements PowerControl, AsyncDisposable {
  readonly triggers: readonly CutTrigger['kind'][] = ['after', 'line'];
  readonly measure?: NonNullable<PowerControl['measure']>;
  readonly #switch: Switch;
  readonly #context: InstrumentContext;
  /** Whether the supply was last switched off by us. */
  #isOff = false;

  constructor(toggle: Switch, context: InstrumentContext) {
    this.#switch = toggle;
    this.#context = context;
    const { measure } = toggle;
    if (measure !== undefined) this.measure = (options) => measure.call(toggle, options);
  }

  async on(options: CallOptions): Promise<void> {
    await this.#switch.on(options);
    this.#isOff = false;
  }

  /** BenchError `supply-still-on` where the instrument reads back, and reads that the supply did not fall. */
  async off(options: CallOptions): Promise<void> {
    await this.#off(options);
  }

  async reset(options: CallOptions): Promise<void> {
    if (this.#isOff) return this.on(options);
    if (this.#switch.reset !== null) return this.#switch.reset(options);
    await this.off(options);
    await this.#context.clock.sleep(CYCLE_MS, options.signal);
    await this.on(options);
  }

  async cut(trigger: CutTrigger, options: CallOptions): Promise<CutReceipt> {
    if (trigger.kind === 'operation') throw cannotCount();
    await this.#await(trigger, options);
    return this.#off({ signal: options.signal });
  }

  /** Leaves the board powered, whatever happened, and gives the instrument back. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#isOff) await this.on({ signal: AbortSignal.timeout(LEAVE_MS) });
    } finally {
      await this.#switch.close?.();
    }
  }

  async #off(options: CallOptions): Promise<CutReceipt> {
    this.#isOff = true;
    await this.#switch.off(options);
    const atMs = this.#context.clock.now();
    if (this.#switch.readBack === undefined)
      return { atMs, verified: `not read back: ${this.#switch.verified}` };
    return { atMs, ...(await this.#switch.readBack(options)) };
  }

  #await(trigger: Exclude<CutTrigger, { kind: 'operation' }>, options: CallOptions): Promise<void> {
    const { clock } = this.#context;
    const deadlineMs = options.deadlineMs ?? CUT_DEADLINE_MS;
    const onDeadline = () => notReached(trigger, deadlineMs);
    return waitFor<void>({ clock, signals: [options.signal], deadlineMs, onDeadline }, (resolve) => {
      let timer: unknown = null;
      const start = (ms: number) => (timer ??= clock.setTimeout(() => resolve(), ms));
      if (trigger.kind === 'after') start(trigger.ms);
      const deaf =
        trigger.kind === 'line'
          ? this.#context.onLine((line) => {
              if (line.text.includes(trigger.contains)) start(trigger.plusMs);
            })
          : () => undefined;
      return () => {
        clock.clearTimeout(timer);
        deaf();
      };
    });
  }
}

/** What an instrument throws that reads the supply as still there after it was switched off. */
export function supplyStillOn(instrument: string, got: string, remedy: string): BenchError {
  return new BenchError({
    code: 'supply-still-on',
    message: `${instrument} was switched off, and the supply is still there`,
    expected: 'a supply that falls',
    got,
    remedy,
  });
}

function notReached(trigger: CutTrigger, deadlineMs: number): never {
  throw new BenchError({
    code: 'cut-not-reached',
    message: `the power cut's trigger did not come within ${deadlineMs} ms`,
    expected: trigger.kind === 'line' ? `a console line with "${trigger.contains}"` : trigger.kind,
    remedy: 'start what the trigger waits for after arming, or choose another trigger',
  });
}

function cannotCount(): UsageError {
  return new UsageError({
    code: 'cut-trigger',
    message: 'a switched supply cannot count flash operations',
    expected: 'a trigger of kind after or line',
    got: 'operation',
    remedy: 'use a virtual board or an emulated machine for cuts at a flash operation',
  });
}
