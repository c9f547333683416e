import type { CallOptions, CutReceipt, CutTrigger, PowerControl } from '#core/capabilities.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { InstrumentContext } from '#drivers/instrument.ts';

/** The switch that a supply is made of. */
export interface Switch {
  on(options: CallOptions): Promise<void>;
  off(options: CallOptions): Promise<void>;
  /** Null: a reset is a power cycle. */
  readonly reset: ((options: CallOptions) => Promise<void>) | null;
  /** What is known of the supply after it was switched off: measured by what, or why not. */
  readonly verified: string;
}

const CUT_DEADLINE_MS = 60_000;
/** Long enough for a board's capacitors to empty. */
const CYCLE_MS = 1000;

/** Power control out of a switch: cuts after a time or at a console line, as exactly as the switch is fast. */
export class SwitchedPower implements PowerControl {
  readonly triggers: readonly CutTrigger['kind'][] = ['after', 'line'];
  readonly #switch: Switch;
  readonly #context: InstrumentContext;

  constructor(toggle: Switch, context: InstrumentContext) {
    this.#switch = toggle;
    this.#context = context;
  }

  on(options: CallOptions): Promise<void> {
    return this.#switch.on(options);
  }

  off(options: CallOptions): Promise<void> {
    return this.#switch.off(options);
  }

  async reset(options: CallOptions): Promise<void> {
    if (this.#switch.reset !== null) {
      await this.#switch.reset(options);
      return;
    }
    await this.off(options);
    await this.#context.clock.sleep(CYCLE_MS, options.signal);
    await this.on(options);
  }

  async cut(trigger: CutTrigger, options: CallOptions): Promise<CutReceipt> {
    if (trigger.kind === 'operation') throw cannotCount();
    await this.#await(trigger, options);
    await this.off({ signal: options.signal });
    return { atMs: this.#context.clock.now(), verified: this.#switch.verified };
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
    remedy: 'use a virtual board for cuts at a flash operation',
  });
}
