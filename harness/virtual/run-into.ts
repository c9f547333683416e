import type { Cut, CutPlace } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import { PowerLost, type Storage, type StorageOperation } from '#virtual/storage.ts';
import { lengthOf, type TraceStep } from '#virtual/sweep-phase.ts';

/** Lets work run until a cut strikes it, and tells what was struck. Throws UsageError `cut-not-there`. */
export function runInto(storage: Storage, cut: Cut, work: () => unknown): CutPlace {
  storage.arm({ index: cut.operation, tear: cut.tear, seed: cut.seed });
  try {
    work();
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
    return placeOf(cut, error.operation);
  } finally {
    storage.disarm();
  }
  throw notThere(cut);
}

/** Carries steps out up to the one that is cut, and tears that. Throws UsageError `cut-not-there`. */
export function tearAt(storage: Storage, steps: readonly TraceStep[], cut: Cut): CutPlace {
  const step = steps[cut.operation];
  if (step === undefined) throw notThere(cut);
  for (const [index, { powerUps, operation }] of steps.entries()) {
    for (let times = powerUps; times > 0; times--) storage.powerUp();
    if (index === cut.operation) break;
    storage.apply(operation);
  }
  return struck(storage, step.operation, cut);
}

/** Tears an operation that storage stands before. */
export function struck(storage: Storage, operation: StorageOperation, cut: Cut): CutPlace {
  storage.tear(operation, cut.tear, cut.seed);
  return placeOf(cut, operation);
}

function placeOf({ operation: index, tear, seed }: Cut, operation: StorageOperation): CutPlace {
  const { kind, address } = operation;
  return { operation: index, tear, seed, kind, address, length: lengthOf(operation) };
}

function notThere(cut: Cut): UsageError {
  return new UsageError({
    code: 'cut-not-there',
    message: `there is no flash operation ${cut.operation} to cut`,
    remedy: 'repeat cuts on the board, image and phase that they were found on',
  });
}
