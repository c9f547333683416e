import type {
  Cut,
  CutObservation,
  CutPlace,
  CutSubject,
  CutSweep,
  SweepOptions,
  SweepPlan,
  SweepSummary,
} from '#core/cut-sweep.ts';
import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { UsageError } from '#core/errors.ts';
import { SweepTally } from '#core/sweep-tally.ts';
import { CutWalk, strikesAt } from '#virtual/cut-walk.ts';
import { type RecoveryPlan, watchRecovery } from '#virtual/recovery.ts';
import {
  describeTrace,
  enterPhase,
  identities,
  lengthOf,
  recordTrace,
  type Bench,
  type Identities,
} from '#virtual/sweep-phase.ts';
import { PowerLost, type StorageOperation } from '#virtual/storage.ts';

export interface SweepSetting extends Bench {
  readonly clock: Clock;
}

/** Cuts between two looks at the abort signal. */
const BREATH = 64;

/**
 * Cuts power at every operation of a phase. The operations are recorded once; the walk then carries them out one by one,
 * and at each goes off into the recovery and comes back by the undo log, so that no cut repeats what came before it.
 */
export class SiliconSweep implements CutSweep {
  readonly #setting: SweepSetting;

  constructor(setting: SweepSetting) {
    this.#setting = setting;
  }

  run(plan: SweepPlan, options: SweepOptions): Promise<SweepSummary> {
    return this.#held(() => this.#walk(plan, options));
  }

  repeat(subject: CutSubject, cuts: readonly Cut[], options: CallOptions): Promise<CutObservation> {
    options.signal.throwIfAborted();
    return this.#held(() => Promise.resolve(this.#repeat(subject, cuts)));
  }

  async #held<T>(work: () => Promise<T>): Promise<T> {
    const release = this.#setting.clock.hold();
    try {
      return await work();
    } finally {
      this.#setting.prepare();
      release();
    }
  }

  async #walk(plan: SweepPlan, options: SweepOptions): Promise<SweepSummary> {
    const { storage } = this.#setting.silicon;
    const known = identities(this.#setting, plan);
    const trace = recordTrace(storage, enterPhase(this.#setting, plan));
    const walk = new CutWalk(this.#recoveryPlan(plan, known));
    const tally = new SweepTally();
    const choice = { tears: plan.tears, seed: plan.seed, rolls: plan.rolls ?? 1 };
    const strikes = trace.map((operation) => strikesAt(operation, storage.shape.kind, choice));
    const total = strikes.reduce((sum, at) => sum + at.length, 0);
    let done = 0;
    for (const [index, operation] of trace.entries()) {
      for (const strike of strikes[index] ?? []) {
        const cut = walk.cut(operation, index, strike);
        tally.add(cut);
        options.onCut(cut);
        done += 1;
        if (done % BREATH === 0) await breathe(options.signal);
      }
      options.onProgress?.(done, total);
      storage.apply(operation);
    }
    return { ...describeTrace(trace), ...known, ...tally.summary(), complete: true };
  }

  /** Arms each cut and lets the chip run into it, the plain way. */
  #repeat(subject: CutSubject, cuts: readonly Cut[]): CutObservation {
    const { storage } = this.#setting.silicon;
    const recovery = this.#recoveryPlan(subject, identities(this.#setting, subject));
    let work = enterPhase(this.#setting, subject);
    const places = cuts.map((cut) => {
      const struck = runInto(storage, cut, work);
      work = () => void watchRecovery(recovery);
      return placeOf(cut, struck);
    });
    const left = storage.digest();
    const [first, ...later] = places;
    if (first === undefined) throw notThere(cuts[0]);
    const more = later.length === 0 ? {} : { later };
    return { ...first, ...more, ...watchRecovery(recovery), left, recognised: false };
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

function runInto(storage: SweepSetting['silicon']['storage'], cut: Cut, work: () => void): StorageOperation {
  storage.arm({ index: cut.operation, tear: cut.tear, seed: cut.seed });
  try {
    work();
  } catch (error) {
    if (error instanceof PowerLost) return error.operation;
    throw error;
  } finally {
    storage.disarm();
  }
  throw notThere(cut);
}

function placeOf(cut: Cut, struck: StorageOperation): CutPlace {
  return { ...cut, kind: struck.kind, address: struck.address, length: lengthOf(struck) };
}

function notThere(cut: Cut | undefined): UsageError {
  return new UsageError({
    code: 'cut-not-there',
    message: cut === undefined ? 'no cut was named' : `there is no flash operation ${cut.operation} to cut`,
    remedy: 'repeat cuts on the board, image and phase that they were found on',
  });
}

function breathe(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    });
  });
}
