import type { Cut, CutPlace } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import { PowerLost, type Storage } from '#virtual/storage.ts';
import { lengthOf } from '#virtual/sweep-phase.ts';

/** Lets work run until a cut strikes it, and tells what was struck. Throws UsageError `cut-not-there`. */
export function runInto(storage: Storage, cut: Cut, work: () => unknown): CutPlace {
  storage.arm({ index: cut.operation, tear: cut.tear, seed: cut.seed });
  try {
    work();
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
    const { kind, address } = error.operation;
    return { ...cut, kind, address, length: lengthOf(error.operation) };
  } finally {
    storage.disarm();
  }
  throw new UsageError({
    code: 'cut-not-there',
    message: `there is no flash operation ${cut.operation} to cut`,
    remedy: 'repeat cuts on the board, image and phase that they were found on',
  });
}
