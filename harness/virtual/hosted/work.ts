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
import { UsageError } from '#core/errors.ts';
import type { Tear } from '#core/tear.ts';
import { HostedCutter } from '#virtual/hosted/cutter.ts';
import type { HostedPhase } from '#virtual/hosted/phase.ts';
import { type HostedPlan, settleHosted } from '#virtual/hosted/recovery.ts';
import { strikesAt, type CutChoice, type Strike } from '#virtual/cut-walk.ts';
import type { Storage, StorageOperation } from '#virtual/storage.ts';
import { describeTrace, lengthOf, type TraceStep } from '#virtual/sweep-phase.ts';
import { nested } from '#virtual/sweep-work.ts';

/** What a sweep's work stands on. */
export interface HostedSetting {
  readonly plan: SweepPlan;
  readonly phase: HostedPhase;
  readonly recovery: HostedPlan;
  readonly release: () => Promise<void>;
}

/** The cuts of a sweep on a hosted chip: flash is walked along here, and the machine runs what is not known yet. */
export class HostedWork implements SweepWork {
  readonly facts: PhaseFacts;
  readonly cutsAt: readonly number[];
  readonly #setting: HostedSetting;
  readonly #storage: Storage;
  readonly #choice: CutChoice;
  readonly #cutter: HostedCutter;
  /** The operation of the phase that storage stands before. */
  #at = 0;

  constructor(setting: HostedSetting) {
    const { plan, phase, recovery } = setting;
    this.#setting = setting;
    this.#storage = recovery.silicon.storage;
    this.#storage.load(phase.begin);
    this.#choice = { tears: plan.tears, seed: plan.seed, rolls: plan.rolls ?? 1 };
    this.#cutter = new HostedCutter(recovery, plan.seed);
    this.facts = { ...describeTrace(phase.trace), before: phase.before, update: phase.update };
    this.cutsAt = phase.trace.map((step) => this.#strikes(step).length);
  }

  know(cuts: readonly CutObservation[]): Promise<void> {
    for (const cut of cuts) this.#cutter.know(cut);
    return Promise.resolve();
  }

  async cut(first: number, end: number, { signal, onCut }: WorkOptions): Promise<void> {
    for (let index = first; index < end; index++) {
      const step = this.#goTo(index);
      for (const strike of this.#strikes(step)) {
        signal.throwIfAborted();
        onCut(await this.#cutter.cut(step.operation, index, strike, signal));
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
        const places = await this.#enter(step.operation, after, signal);
        for await (const cut of this.#cutRecovery(operations, signal)) {
          made.set(cut.tear, (made.get(cut.tear) ?? 0) + 1);
          if (!cut.recognised && (cut.alike !== true || cut.replayed === true)) onCut(nested(places, cut));
        }
      } finally {
        this.#storage.rewind(mark);
      }
    }
    return Object.fromEntries(made);
  }

  async close(): Promise<void> {
    await this.#setting.release();
  }

  /** Goes through a sequence of cuts, the first at an operation that storage stands before. */
  async #enter(
    operation: StorageOperation,
    [first, ...later]: readonly Cut[],
    signal: AbortSignal,
  ): Promise<readonly CutPlace[]> {
    if (first === undefined) return [];
    const places = [struck(this.#storage, operation, first)];
    for (const cut of later) places.push(await this.#cutInto(cut, signal));
    return places;
  }

  /** Lets the board recover up to an operation, and tears that. */
  async #cutInto(cut: Cut, signal: AbortSignal): Promise<CutPlace> {
    const steps = await this.#recoverySteps(signal);
    return tearAt(this.#storage, steps, cut);
  }

  #strikes({ operation }: TraceStep): readonly Strike[] {
    return strikesAt(operation, this.#storage.shape.kind, this.#choice);
  }

  #goTo(index: number): TraceStep {
    const { trace, begin } = this.#setting.phase;
    if (index < this.#at) {
      this.#storage.load(begin);
      this.#at = 0;
    }
    for (; this.#at < index; this.#at++) this.#storage.apply((trace[this.#at] as TraceStep).operation);
    return trace[index] as TraceStep;
  }

  /** Cuts the recovery that begins now, at some of its operations. */
  async *#cutRecovery(operations: readonly number[], signal: AbortSignal): AsyncGenerator<CutObservation> {
    const steps = await this.#recoverySteps(signal);
    const wanted = new Set(operations);
    for (const [index, step] of steps.entries()) {
      for (let times = step.powerUps; times > 0; times--) this.#storage.powerUp();
      if (wanted.has(index)) {
        for (const strike of this.#strikes(step)) {
          signal.throwIfAborted();
          yield await this.#cutter.cut(step.operation, index, strike, signal);
        }
      }
      this.#storage.apply(step.operation);
    }
  }

  #recoverySteps(signal: AbortSignal): Promise<readonly TraceStep[]> {
    return recordHosted(this.#storage, () => settleHosted(this.#setting.recovery, signal));
  }
}

/** The operations of some work, which is then undone. */
export async function recordHosted(
  storage: Storage,
  work: () => Promise<unknown>,
): Promise<readonly TraceStep[]> {
  const trace: TraceStep[] = [];
  let powerUps = 0;
  const mark = storage.mark();
  const { onOperation, onWeakPowerUp } = storage;
  storage.onWeakPowerUp = () => (powerUps += 1);
  storage.onOperation = (operation) => {
    trace.push({ powerUps, operation });
    powerUps = 0;
  };
  try {
    await work();
  } finally {
    Object.assign(storage, { onOperation, onWeakPowerUp });
    storage.rewind(mark);
  }
  return trace;
}

/** Carries steps out up to the one that is cut. UsageError `cut-not-there` where there is none. */
export function tearAt(storage: Storage, steps: readonly TraceStep[], cut: Cut): CutPlace {
  const step = steps[cut.operation];
  if (step === undefined) {
    throw new UsageError({
      code: 'cut-not-there',
      message: `there is no flash operation ${cut.operation} to cut`,
      remedy: 'repeat cuts on the board, image and phase that they were found on',
    });
  }
  for (const [index, { powerUps, operation }] of steps.entries()) {
    for (let times = powerUps; times > 0; times--) storage.powerUp();
    if (index === cut.operation) break;
    storage.apply(operation);
  }
  return struck(storage, step.operation, cut);
}

function struck(storage: Storage, operation: StorageOperation, cut: Cut): CutPlace {
  storage.tear(operation, cut.tear, cut.seed);
  const { operation: index, tear, seed } = cut;
  const { kind, address } = operation;
  return { operation: index, tear, seed, kind, address, length: lengthOf(operation) };
}
