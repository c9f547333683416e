import type { CutSubject, PhaseFacts } from '#core/cut-sweep.ts';
import { digestOf } from '#core/digest.ts';
import { BenchError } from '#core/errors.ts';
import type { BootedApp, Silicon } from '#virtual/silicon.ts';
import type { Storage, StorageOperation } from '#virtual/storage.ts';

/** A chip, and how it gets its golden state. */
export interface Bench {
  readonly silicon: Silicon;
  /** Puts the golden state into storage. */
  readonly prepare: () => void;
}

/** Who runs before a phase, and who runs when nothing is cut. */
export interface Identities {
  readonly before: string;
  readonly update: string;
}

const FUSE_BYTES = 4;

/** Runs the update without a cut: the control of a sweep. Throws BenchError `sweep-without-control`. */
export function identities({ silicon, prepare }: Bench, { image, refused }: CutSubject): Identities {
  prepare();
  const golden = needApp(silicon.boot().app, 'the golden image does not boot');
  if (refused !== undefined) return { before: golden.identity, update: refused };
  silicon.stage(golden, image);
  const update = needApp(silicon.boot().app, 'no image boots after an update that was not cut');
  if (update.identity === golden.identity)
    throw noControl('the update does not run, although nothing was cut');
  return { before: golden.identity, update: update.identity };
}

/** Brings the board to where a phase begins; the function returned is the phase. */
export function enterPhase({ silicon, prepare }: Bench, { phase, image }: CutSubject): () => void {
  prepare();
  const golden = needApp(silicon.boot().app, 'the golden image does not boot');
  if (phase === 'upload') return () => silicon.stage(golden, image);
  silicon.stage(golden, image);
  if (phase === 'upgrade') return () => void silicon.boot();
  const update = needApp(silicon.boot().app, 'the update does not boot');
  if (phase === 'revert') return () => void silicon.boot();
  return () => {
    silicon.confirm(update);
    silicon.boot();
  };
}

/** An operation of some work, and how often the supply came up with weak cells before it. */
export interface TraceStep {
  readonly powerUps: number;
  readonly operation: StorageOperation;
}

/** The operations of some work, which is then undone. */
export function recordTrace(storage: Storage, work: () => void): readonly TraceStep[] {
  const recording = beginRecording(storage);
  try {
    work();
  } finally {
    recording.undo();
  }
  return recording.trace;
}

/** The same for work that takes its time; nobody else may touch storage meanwhile. */
export async function recordLater(
  storage: Storage,
  work: () => Promise<unknown>,
): Promise<readonly TraceStep[]> {
  const recording = beginRecording(storage);
  try {
    await work();
  } finally {
    recording.undo();
  }
  return recording.trace;
}

function beginRecording(storage: Storage): { readonly trace: TraceStep[]; readonly undo: () => void } {
  const trace: TraceStep[] = [];
  let powerUps = 0;
  const mark = storage.mark();
  const { onOperation, onWeakPowerUp } = storage;
  storage.onWeakPowerUp = () => (powerUps += 1);
  storage.onOperation = (operation) => {
    const kept = operation.kind === 'write' ? { ...operation, data: operation.data.slice() } : operation;
    trace.push({ powerUps, operation: kept });
    powerUps = 0;
  };
  const undo = () => {
    Object.assign(storage, { onOperation, onWeakPowerUp });
    storage.rewind(mark);
  };
  return { trace, undo };
}

/** What a trace is made of. */
export function describeTrace(steps: readonly TraceStep[]): Omit<PhaseFacts, keyof Identities | 'rolls'> {
  const trace = steps.map(({ operation }) => operation);
  return {
    operations: trace.length,
    writes: trace.filter(({ kind }) => kind === 'write').length,
    erases: trace.filter(({ kind }) => kind === 'erase').length,
    traceDigest: digestOf(trace.map((operation) => [operation.kind, operation.address, lengthOf(operation)])),
    wear: wearOf(trace),
  };
}

function wearOf(trace: readonly StorageOperation[]): PhaseFacts['wear'] {
  const erases = new Map<number, number>();
  for (const { kind, address } of trace) {
    if (kind === 'erase') erases.set(address, (erases.get(address) ?? 0) + 1);
  }
  const [most] = [...erases].toSorted(([, a], [, b]) => b - a);
  return most === undefined ? null : { address: most[0], erases: most[1] };
}

/** Bytes that an operation works on. */
export function lengthOf(operation: StorageOperation): number {
  if (operation.kind === 'fuse') return FUSE_BYTES;
  return operation.kind === 'write' ? operation.data.length : operation.length;
}

function needApp(app: BootedApp | null, trouble: string): BootedApp {
  if (app === null) throw noControl(trouble);
  return app;
}

/** A sweep whose update does not even run uncut has nothing to say. */
export function noControl(trouble: string): BenchError {
  return new BenchError({
    code: 'sweep-without-control',
    message: `the power-loss sweep cannot begin: ${trouble}`,
    expected: 'an update that this board accepts when power stays on',
    remedy: 'run the control of the attack first, and sweep with an image that it accepts',
  });
}
