import type { CutObservation, CutPlace } from '#core/cut-sweep.ts';
import { tearFits, TEAR_MODELS, type Tear } from '#core/tear.ts';
import { seedFor } from '#virtual/dice.ts';
import { type Recovery, type RecoveryPlan, watchRecovery } from '#virtual/recovery.ts';
import type { StorageOperation } from '#virtual/storage.ts';
import { lengthOf } from '#virtual/sweep-phase.ts';

/** Which cuts are made at each operation. */
export interface CutChoice {
  readonly tears: readonly Tear[];
  readonly seed: number;
  readonly rolls: number;
}

/** A tear and its seed. */
export type Strike = Pick<CutPlace, 'tear' | 'seed'>;

/** The cuts to be made at an operation on this flash: each boundary once, each seeded tear as often as it is rolled. */
export function strikesAt(
  operation: StorageOperation,
  flash: Parameters<typeof tearFits>[2],
  { tears, seed, rolls }: CutChoice,
): readonly Strike[] {
  return tears
    .filter((tear) => tearFits(tear, operation.kind, flash))
    .flatMap((tear) => {
      const times = TEAR_MODELS[tear].seeded ? rolls : 1;
      return Array.from({ length: times }, (_, roll) => ({ tear, seed: strikeSeed(operation, seed, roll) }));
    });
}

/** The same work at the same place tears the same way, so that a state met again is recognised. */
function strikeSeed(operation: StorageOperation, seed: number, roll: number): number {
  const amount = operation.kind === 'fuse' ? operation.bits : lengthOf(operation);
  return seedFor(seed, roll, operation.address, amount);
}

/** A walk along a trace, with a detour into the recovery at each cut. */
export class CutWalk {
  readonly #plan: RecoveryPlan;
  /** Recoveries by the state that a cut left. */
  readonly #known = new Map<string, Recovery>();

  constructor(plan: RecoveryPlan) {
    this.#plan = plan;
  }

  /** Cuts an operation, watches the recovery, and comes back. */
  cut(operation: StorageOperation, index: number, strike: Strike): CutObservation {
    const { storage } = this.#plan.silicon;
    const mark = storage.mark();
    try {
      storage.tear(operation, strike.tear, strike.seed);
      const left = storage.digest();
      const known = this.#known.get(left);
      const recovery = known ?? watchRecovery(this.#plan);
      if (known === undefined) this.#known.set(left, recovery);
      const { kind, address } = operation;
      const place = { operation: index, kind, address, length: lengthOf(operation), ...strike };
      return { ...place, ...recovery, left, recognised: known !== undefined };
    } finally {
      storage.rewind(mark);
    }
  }
}
