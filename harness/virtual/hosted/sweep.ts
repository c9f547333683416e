import type { CallOptions } from '#core/capabilities.ts';
import type {
  Cut,
  CutObservation,
  CutPlace,
  CutSubject,
  CutSweep,
  RepeatOptions,
  SweepPlan,
  SweepWork,
} from '#core/cut-sweep.ts';
import { CutWork } from '#virtual/cut-work.ts';
import { HostedRecoverer } from '#virtual/hosted/recoverer.ts';
import { enterHosted, type HostedBench } from '#virtual/hosted/phase.ts';
import { type HostedPlan, settleHosted, watchHosted } from '#virtual/hosted/recovery.ts';
import { tearAt } from '#virtual/run-into.ts';
import { nothingToRepeat } from '#virtual/sweep.ts';
import { describeTrace, type Identities, recordLater } from '#virtual/sweep-phase.ts';

export interface HostedSweepSetting extends HostedBench {
  /** Gives the machine back as the sweep found it: off, with its golden flash. */
  readonly release: () => Promise<void>;
}

/** Cuts power on a hosted chip: at every operation of a phase, or in one sequence again. */
export class HostedSweep implements CutSweep {
  readonly isCostly = true;
  readonly #setting: HostedSweepSetting;

  constructor(setting: HostedSweepSetting) {
    this.#setting = setting;
  }

  async open(plan: SweepPlan, { signal }: CallOptions): Promise<SweepWork> {
    try {
      signal.throwIfAborted();
      const phase = await enterHosted(this.#setting, plan, signal);
      const recovery = this.#recoveryPlan(plan, phase);
      const { silicon, release } = this.#setting;
      const { before, update, begin, trace } = phase;
      silicon.storage.load(begin);
      const facts = { ...describeTrace(trace), before, update };
      const board = new HostedRecoverer(recovery, plan.seed);
      return new CutWork({ plan, facts, trace, storage: silicon.storage, board, release });
    } catch (error) {
      await this.#setting.release();
      throw error;
    }
  }

  /** The recovery from the last cut is run, whatever is known of it. */
  async repeat(
    subject: CutSubject,
    cuts: readonly Cut[],
    { signal, onFlash }: RepeatOptions,
  ): Promise<CutObservation> {
    const { storage } = this.#setting.silicon;
    try {
      const [first, ...rest] = cuts;
      if (first === undefined) throw nothingToRepeat();
      const phase = await enterHosted(this.#setting, subject, signal);
      const recovery = this.#recoveryPlan(subject, phase);
      storage.load(phase.begin);
      const place = tearAt(storage, phase.trace, first);
      const later: CutPlace[] = [];
      for (const cut of rest) {
        const steps = await recordLater(storage, () => settleHosted(recovery, signal));
        later.push(tearAt(storage, steps, cut));
      }
      const left = storage.digest();
      onFlash?.('left', storage.bytes);
      const { recovery: seen } = await watchHosted(recovery, {
        signal,
        closely: null,
        afresh: true,
        onSettled: () => onFlash?.('settled', storage.bytes),
      });
      return { ...place, ...(later.length === 0 ? {} : { later }), ...seen, left, recognised: false };
    } finally {
      await this.#setting.release();
    }
  }

  #recoveryPlan({ phase, image, confirms }: CutSubject, { before, update }: Identities): HostedPlan {
    return {
      silicon: this.#setting.silicon,
      image,
      before,
      update,
      confirms: confirms ?? phase !== 'revert',
      updatable: new Map(),
    };
  }
}
