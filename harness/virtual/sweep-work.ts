import type {
  Cut,
  CutObservation,
  CutPlace,
  DeeperCuts,
  PhaseFacts,
  SweepPlan,
  SweepWork,
  WorkOptions,
} from '#core/cut-sweep.ts';
import type { Tear } from '#core/tear.ts';
import { Cutter, strikesAt, type CutChoice, type Strike } from '#virtual/cut-walk.ts';
import { type RecoveryPlan, settle } from '#virtual/recovery.ts';
import { runInto } from '#virtual/run-into.ts';
import type { Storage, StorageOperation } from '#virtual/storage.ts';
import type { StorageContent } from '#virtual/storage-shape.ts';
import { lengthOf, recordTrace, type TraceStep } from '#virtual/sweep-phase.ts';

/** Cuts between two looks at what else is waiting: the abort signal, and threads that want their next piece. */
const BREATH = 4;

/** What a sweep's work stands on: storage is where the phase begins. */
export interface WorkSetting {
  readonly plan: SweepPlan;
  readonly facts: PhaseFacts;
  readonly trace: readonly TraceStep[];
  readonly recovery: RecoveryPlan;
  readonly release: () => void;
}

/**
 * The cuts of a sweep on one chip. The phase's operations are carried out one by one, and at each the work goes off into
 * the recovery and comes back by the undo log, so that no cut repeats what came before it.
 */
export class SiliconWork implements SweepWork {
  readonly facts: PhaseFacts;
  readonly cutsAt: readonly number[];
  readonly #setting: WorkSetting;
  readonly #storage: Storage;
  readonly #begin: StorageContent;
  readonly #choice: CutChoice;
  readonly #cutter: Cutter;
  /** The operation of the phase that storage stands before. */
  #at = 0;
  #made = 0;

  constructor(setting: WorkSetting) {
    const { plan, facts, trace, recovery } = setting;
    this.#setting = setting;
    this.#storage = recovery.silicon.storage;
    this.#begin = this.#storage.save();
    this.#choice = { tears: plan.tears, seed: plan.seed, rolls: plan.rolls ?? 1 };
    this.#cutter = new Cutter(recovery);
    this.facts = facts;
    this.cutsAt = trace.map((step) => this.#strikes(step).length);
  }

  know(cuts: readonly CutObservation[]): Promise<void> {
    for (const cut of cuts) this.#cutter.know(cut);
    return Promise.resolve();
  }

  async cut(first: number, end: number, { signal, onCut }: WorkOptions): Promise<void> {
    for (let index = first; index < end; index++) {
      const step = this.#goTo(index);
      for (const strike of this.#strikes(step)) {
        await this.#breathe(signal);
        onCut(this.#cutter.cut(step.operation, index, strike));
      }
    }
  }

  async cutAgain(
    deeper: readonly DeeperCuts[],
    { signal, onCut }: WorkOptions,
  ): Promise<Partial<Record<Tear, number>>> {
    const made = new Map<Tear, number>();
    for (const { after, operations } of deeper) {
      const step = this.#goTo(after[0]?.operation ?? 0);
      const mark = this.#storage.mark();
      try {
        const places = this.#enter(step.operation, after);
        for (const cut of this.#cutRecovery(operations)) {
          await this.#breathe(signal);
          made.set(cut.tear, (made.get(cut.tear) ?? 0) + 1);
          if (!cut.recognised) onCut(nested(places, cut));
        }
      } finally {
        this.#storage.rewind(mark);
      }
    }
    return Object.fromEntries(made);
  }

  close(): Promise<void> {
    this.#setting.release();
    return Promise.resolve();
  }

  #strikes({ operation }: TraceStep): readonly Strike[] {
    return strikesAt(operation, this.#storage.shape.kind, this.#choice);
  }

  /** Brings storage to where an operation of the phase begins. */
  #goTo(index: number): TraceStep {
    const { trace } = this.#setting;
    if (index < this.#at) {
      this.#storage.load(this.#begin);
      this.#at = 0;
    }
    for (; this.#at < index; this.#at++) this.#storage.apply((trace[this.#at] as TraceStep).operation);
    return trace[index] as TraceStep;
  }

  /** Goes through a sequence of cuts, the first at an operation that storage stands before. */
  #enter(operation: StorageOperation, [first, ...later]: readonly Cut[]): readonly CutPlace[] {
    if (first === undefined) return [];
    const { kind, address } = operation;
    this.#storage.tear(operation, first.tear, first.seed);
    return [
      { ...first, kind, address, length: lengthOf(operation) },
      ...later.map((cut) => runInto(this.#storage, cut, () => settle(this.#setting.recovery))),
    ];
  }

  /** Cuts the recovery that begins now, at some of its operations. */
  *#cutRecovery(operations: readonly number[]): Generator<CutObservation> {
    const steps = recordTrace(this.#storage, () => settle(this.#setting.recovery));
    const wanted = new Set(operations);
    for (const [index, step] of steps.entries()) {
      for (let times = step.powerUps; times > 0; times--) this.#storage.powerUp();
      if (wanted.has(index)) {
        for (const strike of this.#strikes(step)) {
          yield this.#cutter.cut(step.operation, index, strike);
        }
      }
      this.#storage.apply(step.operation);
    }
  }

  async #breathe(signal: AbortSignal): Promise<void> {
    this.#made += 1;
    if (this.#made % BREATH > 0) return;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}

/** A cut of a recovery, told from the first cut on. */
export function nested([first, ...between]: readonly CutPlace[], cut: CutObservation): CutObservation {
  if (first === undefined) return cut;
  const { operation, kind, address, length, tear, seed } = cut;
  return { ...cut, ...first, later: [...between, { operation, kind, address, length, tear, seed }] };
}
