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
import { rollsWithin, strikesAt, type CutChoice, type Strike } from '#virtual/cut-walk.ts';
import { struck, tearAt } from '#virtual/run-into.ts';
import type { Storage, StorageOperation } from '#virtual/storage.ts';
import type { StorageContent } from '#virtual/storage-shape.ts';
import type { TraceStep } from '#virtual/sweep-phase.ts';

/** First cuts of one sweep, at most: what a record holds of them can still be read in one piece, some 130 MB. */
const MOST_FIRST_CUTS = 150_000;

/** Cuts between two looks at what else is waiting: the abort signal, and threads that want their next piece. */
const BREATH = 4;

/** A board whose recoveries are watched, each from storage as it is; storage is then as it was before. */
export interface Recoverer {
  /** Takes over what was seen elsewhere. */
  know(cut: CutObservation): void;
  /** Cuts an operation, counted from where the cut before left the board. */
  cut(
    operation: StorageOperation,
    index: number,
    strike: Strike,
    signal: AbortSignal,
  ): CutObservation | Promise<CutObservation>;
  /** The operations of the recovery that begins now. */
  steps(signal: AbortSignal): readonly TraceStep[] | Promise<readonly TraceStep[]>;
}

/** What a sweep's work stands on: storage is where the phase begins. */
export interface CutSetting {
  readonly plan: SweepPlan;
  readonly facts: Omit<PhaseFacts, 'rolls'>;
  readonly trace: readonly TraceStep[];
  readonly storage: Storage;
  readonly board: Recoverer;
  readonly release: () => void | Promise<void>;
}

/**
 * The cuts of a sweep on one board. The phase's operations are carried out one by one on its storage, and at each the work
 * goes off into the recovery and comes back by the undo log, so that no cut repeats what came before it.
 */
export class CutWork implements SweepWork {
  readonly facts: PhaseFacts;
  readonly cutsAt: readonly number[];
  readonly #setting: CutSetting;
  readonly #begin: StorageContent;
  readonly #choice: CutChoice;
  /** The operation of the phase that storage stands before. */
  #at = 0;
  #made = 0;

  constructor(setting: CutSetting) {
    const { plan, facts, trace, storage } = setting;
    this.#setting = setting;
    this.#begin = storage.save();
    const choice = { tears: plan.tears, seed: plan.seed, rolls: plan.rolls ?? 1 };
    const operations = trace.map(({ operation }) => operation);
    const rolls = rollsWithin(operations, storage.shape.kind, choice, MOST_FIRST_CUTS);
    this.#choice = { ...choice, rolls };
    this.facts = { ...facts, rolls };
    this.cutsAt = trace.map((step) => this.#strikes(step).length);
  }

  know(cuts: readonly CutObservation[]): Promise<void> {
    for (const cut of cuts) this.#setting.board.know(cut);
    return Promise.resolve();
  }

  async cut(first: number, end: number, { signal, onCut }: WorkOptions): Promise<void> {
    for (let index = first; index < end; index++) {
      for await (const cut of this.#cutAt(this.#goTo(index), index, signal)) onCut(cut);
    }
  }

  async cutAgain(
    deeper: readonly DeeperCuts[],
    { signal, onCut }: WorkOptions,
  ): Promise<Partial<Record<Tear, number>>> {
    const { storage } = this.#setting;
    const made = new Map<Tear, number>();
    for (const { after, operations } of deeper) {
      const step = this.#goTo(after[0]?.operation ?? 0);
      const mark = storage.mark();
      try {
        const places = await this.#enter(step.operation, after, signal);
        for await (const cut of this.#cutRecovery(operations, signal)) {
          made.set(cut.tear, (made.get(cut.tear) ?? 0) + 1);
          const isNews = !cut.recognised && (cut.alike !== true || cut.replayed === true);
          if (isNews) onCut(nested(places, cut));
        }
      } finally {
        storage.rewind(mark);
      }
    }
    return Object.fromEntries(made);
  }

  async close(): Promise<void> {
    await this.#setting.release();
  }

  #strikes({ operation }: TraceStep): readonly Strike[] {
    return strikesAt(operation, this.#setting.storage.shape.kind, this.#choice);
  }

  /** Brings storage to where an operation of the phase begins. */
  #goTo(index: number): TraceStep {
    const { trace, storage } = this.#setting;
    if (index < this.#at) {
      storage.load(this.#begin);
      this.#at = 0;
    }
    for (; this.#at < index; this.#at++) storage.apply((trace[this.#at] as TraceStep).operation);
    return trace[index] as TraceStep;
  }

  /** Goes through a sequence of cuts, the first at an operation that storage stands before. */
  async #enter(
    operation: StorageOperation,
    [first, ...later]: readonly Cut[],
    signal: AbortSignal,
  ): Promise<readonly CutPlace[]> {
    const { storage, board } = this.#setting;
    if (first === undefined) return [];
    const places = [struck(storage, operation, first)];
    for (const cut of later) places.push(tearAt(storage, await board.steps(signal), cut));
    return places;
  }

  /** Cuts the recovery that begins now, at some of its operations. */
  async *#cutRecovery(operations: readonly number[], signal: AbortSignal): AsyncGenerator<CutObservation> {
    const { storage, board } = this.#setting;
    const steps = await board.steps(signal);
    const wanted = new Set(operations);
    for (const [index, step] of steps.entries()) {
      for (let times = step.powerUps; times > 0; times--) storage.powerUp();
      if (wanted.has(index)) yield* this.#cutAt(step, index, signal);
      storage.apply(step.operation);
    }
  }

  /** All cuts of an operation that storage stands before. */
  async *#cutAt(step: TraceStep, index: number, signal: AbortSignal): AsyncGenerator<CutObservation> {
    for (const strike of this.#strikes(step)) {
      await this.#breathe(signal);
      yield this.#setting.board.cut(step.operation, index, strike, signal);
    }
  }

  async #breathe(signal: AbortSignal): Promise<void> {
    this.#made += 1;
    if (this.#made % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}

/** A cut of a recovery, told from the first cut on. */
function nested([first, ...between]: readonly CutPlace[], cut: CutObservation): CutObservation {
  if (first === undefined) return cut;
  const { operation, kind, address, length, tear, seed } = cut;
  return { ...cut, ...first, later: [...between, { operation, kind, address, length, tear, seed }] };
}
