import type { CallOptions, CutReceipt, CutTrigger, PowerControl } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import type { ConsoleLine } from '#core/rig.ts';
import { waitFor } from '#core/wait.ts';
import type { PoweredDevice } from '#virtual/powered.ts';
import type { PowerLost, Storage } from '#virtual/storage.ts';

/** What a virtual supply is wired to. */
export interface VirtualPowerOptions {
  readonly device: PoweredDevice;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Lines the board prints; gives how to stop listening. */
  onLine(listener: (line: ConsoleLine) => void): () => void;
  /** Aborted when the rig closes. */
  readonly closed: AbortSignal;
}

const CUT_DEADLINE_MS = 60_000;
/** A simulated supply has no capacitors: it is off at once. Below 1.7 V the board's brown-out detector holds it in reset. */
const IDEAL_FALL = { fromMv: 3300, belowMv: 1700, fallMs: 0 } as const;

/** The supply of a virtual board: switches at once, and can cut inside a flash operation. */
export class VirtualPower implements PowerControl {
  readonly triggers: readonly CutTrigger['kind'][] = ['after', 'line', 'operation'];
  readonly #options: VirtualPowerOptions;

  constructor(options: VirtualPowerOptions) {
    this.#options = options;
  }

  on(options: CallOptions): Promise<void> {
    return this.#do(options, () => this.#options.device.powerOn());
  }

  off(options: CallOptions): Promise<void> {
    return this.#do(options, () => this.#options.device.powerOff());
  }

  reset(options: CallOptions): Promise<void> {
    const { device } = this.#options;
    return this.#do(options, () => (device.powered ? device.pullReset() : device.powerOn()));
  }

  cut(trigger: CutTrigger, options: CallOptions): Promise<CutReceipt> {
    const { clock, closed, storage } = this.#options;
    const deadlineMs = options.deadlineMs ?? CUT_DEADLINE_MS;
    return waitFor<CutReceipt>(
      {
        clock,
        signals: [options.signal, closed],
        deadlineMs,
        onDeadline: () => notReached(trigger, deadlineMs),
      },
      (resolve) => {
        const armedAt = storage.operations;
        const strike = () => resolve(this.#receipt(this.#options.device.powerOff(), armedAt));
        const steps = [
          this.#options.device.onPowerLost((lost) => resolve(this.#receipt(lost, armedAt))),
          this.#arm(trigger, strike),
        ];
        return () => {
          storage.disarm();
          for (const step of steps) step();
        };
      },
    );
  }

  /** Sets the trigger; gives how to take it back. */
  #arm(trigger: CutTrigger, strike: () => void): () => void {
    const { clock, storage } = this.#options;
    if (trigger.kind === 'operation') {
      storage.arm(trigger);
      return () => storage.disarm();
    }
    let timer: unknown = null;
    const start = (ms: number) => (timer ??= clock.setTimeout(strike, ms));
    if (trigger.kind === 'after') start(trigger.ms);
    const deaf =
      trigger.kind === 'line'
        ? this.#options.onLine((line) => {
            if (line.text.includes(trigger.contains)) start(trigger.plusMs);
          })
        : () => {};
    return () => {
      clock.clearTimeout(timer);
      deaf();
    };
  }

  #receipt(lost: PowerLost | null, armedAt: number): CutReceipt {
    const { clock, device } = this.#options;
    const verified = device.powered ? 'the supply is still on' : 'the simulated supply is off';
    const cut = { atMs: clock.now(), verified, rail: IDEAL_FALL };
    if (lost === null) return cut;
    const { kind, address } = lost.operation;
    return { ...cut, operation: { index: lost.index - armedAt, kind, address } };
  }

  #do(options: CallOptions, action: () => unknown): Promise<void> {
    try {
      options.signal.throwIfAborted();
      this.#options.closed.throwIfAborted();
      action();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

function notReached(trigger: CutTrigger, deadlineMs: number): never {
  throw new BenchError({
    code: 'cut-not-reached',
    message: `the power cut's trigger did not come within ${deadlineMs} ms of rig time`,
    expected: describe(trigger),
    remedy: 'start what the trigger waits for after arming, or choose another trigger',
  });
}

function describe(trigger: CutTrigger): string {
  if (trigger.kind === 'after') return `${trigger.ms} ms to pass`;
  if (trigger.kind === 'line') return `a console line with "${trigger.contains}"`;
  return `flash operation ${trigger.index}`;
}
