import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type {
  Cut,
  CutObservation,
  CutSubject,
  CutSweep,
  RepeatOptions,
  SweepPlan,
  SweepWork,
} from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import { Cutter } from '#virtual/cut-walk.ts';
import { CutWork, type Recoverer } from '#virtual/cut-work.ts';
import { type RecoveryPlan, settle, watchRecovery } from '#virtual/recovery.ts';
import { runInto } from '#virtual/run-into.ts';
import {
  describeTrace,
  enterPhase,
  identities,
  recordTrace,
  type Bench,
  type Identities,
} from '#virtual/sweep-phase.ts';

export interface SweepSetting extends Bench {
  readonly clock: Clock;
}

/** Cuts power on a simulated chip: at every operation of a phase, or in one sequence again. */
export class SiliconSweep implements CutSweep {
  readonly #setting: SweepSetting;

  constructor(setting: SweepSetting) {
    this.#setting = setting;
  }

  open(plan: SweepPlan, options: CallOptions): Promise<SweepWork> {
    return this.#begin(options, (release) => {
      const known = identities(this.#setting, plan);
      const trace = recordTrace(this.#setting.silicon.storage, enterPhase(this.#setting, plan));
      const facts = { ...describeTrace(trace), ...known };
      const recovery = this.#recoveryPlan(plan, known);
      const { storage } = this.#setting.silicon;
      return new CutWork({ plan, facts, trace, storage, board: recoverer(recovery), release });
    });
  }

  /** Arms each cut and lets the chip run into it, the plain way. */
  repeat(subject: CutSubject, cuts: readonly Cut[], options: RepeatOptions): Promise<CutObservation> {
    return this.#begin(options, (release) => {
      const { storage } = this.#setting.silicon;
      const recovery = this.#recoveryPlan(subject, identities(this.#setting, subject));
      const phase = enterPhase(this.#setting, subject);
      const [first, ...rest] = cuts;
      if (first === undefined) throw nothingToRepeat();
      const place = runInto(storage, first, phase);
      const later = rest.map((cut) => runInto(storage, cut, () => settle(recovery)));
      const left = storage.digest();
      options.onFlash?.('left', storage.bytes);
      const seen = watchRecovery(recovery, () => options.onFlash?.('settled', storage.bytes));
      release();
      return { ...place, ...(later.length === 0 ? {} : { later }), ...seen, left, recognised: false };
    });
  }

  /** The chip is the sweep's, and time stands still, until `release` or an error. */
  #begin<T>({ signal }: CallOptions, work: (release: () => void) => T): Promise<T> {
    const go = this.#setting.clock.hold();
    const release = () => {
      this.#setting.prepare();
      go();
    };
    try {
      signal.throwIfAborted();
      return Promise.resolve(work(release));
    } catch (error) {
      release();
      return Promise.reject(error);
    }
  }

  #recoveryPlan({ phase, image, confirms }: CutSubject, known: Identities): RecoveryPlan {
    return {
      silicon: this.#setting.silicon,
      image,
      ...known,
      confirms: confirms ?? phase !== 'revert',
      updatable: new Map(),
    };
  }
}

function recoverer(plan: RecoveryPlan): Recoverer {
  const cutter = new Cutter(plan);
  return {
    know: (cut) => cutter.know(cut),
    cut: (operation, index, strike) => cutter.cut(operation, index, strike),
    steps: () => recordTrace(plan.silicon.storage, () => settle(plan)),
  };
}

/** A sequence without a cut. */
export function nothingToRepeat(): UsageError {
  return new UsageError({
    code: 'cut-not-there',
    message: 'no cut was named',
    remedy: 'name at least one cut',
  });
}
