import type {
  CutObservation,
  CutSweep,
  Phase,
  SweepOptions,
  SweepPlan,
  SweepSummary,
  Tear,
} from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { digestOf } from '#core/digest.ts';
import { BenchError } from '#core/errors.ts';
import { PageDigests } from '#virtual/page-digests.ts';
import { type Recovery, type RecoveryPlan, watchRecovery } from '#virtual/recovery.ts';
import type { BootedApp, Silicon } from '#virtual/silicon.ts';
import type { Storage, StorageOperation } from '#virtual/storage.ts';
import { dice } from '#virtual/tear.ts';

export interface SweepSetting {
  readonly silicon: Silicon;
  /** Puts the golden state into storage. */
  readonly prepare: () => void;
  readonly clock: Clock;
}

/** Cuts between two looks at the abort signal. */
const BREATH = 64;
const FUSE_BYTES = 4;

/**
 * Cuts power at every operation of a phase. The operations are recorded once; the walk then carries them out one by one,
 * and at each goes off into the recovery and comes back by the undo log, so that no cut repeats what came before it.
 */
export class SiliconSweep implements CutSweep {
  readonly #setting: SweepSetting;

  constructor(setting: SweepSetting) {
    this.#setting = setting;
  }

  async run(plan: SweepPlan, options: SweepOptions): Promise<SweepSummary> {
    const release = this.#setting.clock.hold();
    try {
      return await this.#walk(plan, options);
    } finally {
      this.#setting.prepare();
      release();
    }
  }

  async #walk(plan: SweepPlan, options: SweepOptions): Promise<SweepSummary> {
    const { silicon } = this.#setting;
    const { storage } = silicon;
    const known = this.#identities(plan);
    const action = enterPhase(silicon, plan, this.#setting.prepare);
    const trace = record(storage, action);
    const recovery = { silicon, image: plan.image, ...known, confirms: plan.phase !== 'revert' };
    const walk = new Walk(storage, recovery);
    const total = trace.length * plan.tears.length;
    let done = 0;
    for (const [index, operation] of trace.entries()) {
      for (const tear of plan.tears) {
        options.onCut(walk.cut(operation, index, tear, plan.seed));
        done += 1;
        if (done % BREATH === 0) await breathe(options.signal);
      }
      options.onProgress?.(done, total);
      walk.carryOut(operation);
    }
    return { ...summarize(trace), ...known, cuts: done };
  }

  /** Who runs before, and who runs when nothing is cut: the control of the sweep. */
  #identities({ image, refused }: SweepPlan): { readonly before: string; readonly update: string } {
    const { silicon, prepare } = this.#setting;
    prepare();
    const golden = needApp(silicon.boot().app, 'the golden image does not boot');
    if (refused !== undefined) return { before: golden.identity, update: refused };
    silicon.stage(golden, image);
    const update = needApp(silicon.boot().app, 'no image boots after an update that was not cut');
    if (update.identity === golden.identity)
      throw noControl('the update does not run, although nothing was cut');
    return { before: golden.identity, update: update.identity };
  }
}

/** Brings the board to where a phase begins; the function returned is the phase. */
export function enterPhase(
  silicon: Silicon,
  plan: { readonly phase: Phase; readonly image: Uint8Array },
  prepare: () => void,
): () => void {
  prepare();
  const golden = needApp(silicon.boot().app, 'the golden image does not boot');
  if (plan.phase === 'upload') return () => silicon.stage(golden, plan.image);
  silicon.stage(golden, plan.image);
  if (plan.phase === 'upgrade') return () => void silicon.boot();
  const update = needApp(silicon.boot().app, 'the update does not boot');
  if (plan.phase === 'revert') return () => void silicon.boot();
  return () => {
    silicon.confirm(update);
    silicon.boot();
  };
}

/** Seed of the tear at one operation. */
export function tearSeed(seed: number, index: number): number {
  return dice(seed + Math.imul(index, 0x9e37_79b1))(0x1_0000_0000);
}

/** A walk along a trace, with a detour into the recovery at each cut. */
class Walk {
  readonly #storage: Storage;
  readonly #plan: RecoveryPlan;
  readonly #digests: PageDigests;
  /** Storage decides everything: a cut after one operation is the same as one before the next. */
  #boundary: Recovery | null = null;

  constructor(storage: Storage, plan: RecoveryPlan) {
    this.#storage = storage;
    this.#plan = plan;
    this.#digests = new PageDigests(storage);
  }

  cut(operation: StorageOperation, index: number, tear: Tear, seed: number): CutObservation {
    const recovery = this.#recover(operation, tear, tearSeed(seed, index));
    const { kind, address } = operation;
    return { operation: index, kind, address, length: lengthOf(operation), tear, ...recovery };
  }

  carryOut(operation: StorageOperation): void {
    this.#digests.touch(operation);
    this.#storage.apply(operation);
    this.#digests.rebase();
  }

  #recover(operation: StorageOperation, tear: Tear, seed: number): Recovery {
    if (tear === 'before' && this.#boundary !== null) return this.#boundary;
    const storage = this.#storage;
    const mark = storage.mark();
    const watching = storage.onOperation;
    storage.onOperation = (touched) => this.#digests.touch(touched);
    try {
      this.#digests.touch(operation);
      if (tear === 'torn') storage.tear(operation, seed);
      if (tear === 'after') storage.apply(operation);
      const recovery = watchRecovery(this.#plan, this.#digests);
      if (tear === 'after') this.#boundary = recovery;
      return recovery;
    } finally {
      storage.onOperation = watching;
      storage.rewind(mark);
      this.#digests.forget();
    }
  }
}

function record(storage: Storage, action: () => void): readonly StorageOperation[] {
  const trace: StorageOperation[] = [];
  const mark = storage.mark();
  const watching = storage.onOperation;
  storage.onOperation = (operation) => {
    trace.push(operation.kind === 'write' ? { ...operation, data: operation.data.slice() } : operation);
  };
  try {
    action();
  } finally {
    storage.onOperation = watching;
    storage.rewind(mark);
  }
  return trace;
}

function summarize(
  trace: readonly StorageOperation[],
): Pick<SweepSummary, 'operations' | 'writes' | 'erases' | 'traceDigest'> {
  return {
    operations: trace.length,
    writes: trace.filter(({ kind }) => kind === 'write').length,
    erases: trace.filter(({ kind }) => kind === 'erase').length,
    traceDigest: digestOf(trace.map((operation) => [operation.kind, operation.address, lengthOf(operation)])),
  };
}

function lengthOf(operation: StorageOperation): number {
  if (operation.kind === 'fuse') return FUSE_BYTES;
  return operation.kind === 'write' ? operation.data.length : operation.length;
}

function needApp(app: BootedApp | null, trouble: string): BootedApp {
  if (app === null) throw noControl(trouble);
  return app;
}

function noControl(trouble: string): BenchError {
  return new BenchError({
    code: 'sweep-without-control',
    message: `the power-loss sweep cannot begin: ${trouble}`,
    expected: 'an update that this board accepts when power stays on',
    remedy: 'run the control of the attack first, and sweep with an image that it accepts',
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
