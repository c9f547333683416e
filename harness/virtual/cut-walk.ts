import type { CutObservation, CutPlace } from '#core/cut-sweep.ts';
import { seedFor } from '#core/dice.ts';
import { tearFits, TEAR_MODELS, type FlashKind, type Tear } from '#core/tear.ts';
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
  flash: FlashKind,
  { tears, seed, rolls }: CutChoice,
): readonly Strike[] {
  return tears
    .filter((tear) => tearFits(tear, operation.kind, flash))
    .flatMap((tear) => {
      if (!TEAR_MODELS[tear].seeded) return [{ tear, seed: 0 }];
      return Array.from({ length: rolls }, (_, roll) => ({ tear, seed: strikeSeed(operation, seed, roll) }));
    });
}

/**
 * How often each seeded tear is rolled so that no more than `most` cuts are made at these operations: as the choice says,
 * or less, but at least once.
 */
export function rollsWithin(
  operations: readonly StorageOperation[],
  flash: FlashKind,
  choice: CutChoice,
  most: number,
): number {
  const cutsAt = (rolls: number) =>
    operations.reduce((sum, operation) => sum + countAt(operation, flash, { ...choice, rolls }), 0);
  const [fixed, once] = [cutsAt(0), cutsAt(1)];
  if (once === fixed) return choice.rolls;
  return Math.max(1, Math.min(choice.rolls, Math.floor((most - fixed) / (once - fixed))));
}

function countAt({ kind }: StorageOperation, flash: FlashKind, { tears, rolls }: CutChoice): number {
  const fitting = tears.filter((tear) => tearFits(tear, kind, flash));
  return fitting.reduce((sum, tear) => sum + (TEAR_MODELS[tear].seeded ? rolls : 1), 0);
}

/** The same work at the same place tears the same way, so that a state met again is recognised. */
function strikeSeed(operation: StorageOperation, seed: number, roll: number): number {
  const amount = operation.kind === 'fuse' ? operation.bits : lengthOf(operation);
  return seedFor(seed, roll, operation.address, amount);
}

/** A recovery, and whether a cut made here has left the state that it begins from. */
interface Known extends Recovery {
  isMet: boolean;
}

/** Makes single cuts, and knows the recovery from every state that one has left. */
export class Cutter {
  readonly #plan: RecoveryPlan;
  readonly #known = new Map<string, Known>();
  /** One copy of what many recoveries have in common. */
  readonly #shared = new Map<string, unknown>();

  constructor(plan: RecoveryPlan) {
    this.#plan = plan;
  }

  /** Takes over what was seen elsewhere: the state is not run again, but is new here. */
  know({ left, boots, settledAfter, work, updatable, state }: CutObservation): void {
    if (this.#known.has(left)) return;
    this.#remember(left, { boots, settledAfter, work, updatable, state });
  }

  /** Cuts the operation that storage stands before, watches the recovery, and comes back. */
  cut(operation: StorageOperation, index: number, strike: Strike): CutObservation {
    const { storage } = this.#plan.silicon;
    const mark = storage.mark();
    try {
      storage.tear(operation, strike.tear, strike.seed);
      const left = storage.digest();
      const known = this.#known.get(left) ?? this.#remember(left, watchRecovery(this.#plan));
      const recognised = known.isMet;
      known.isMet = true;
      const { kind, address } = operation;
      const { boots, settledAfter, work, updatable, state } = known;
      return {
        operation: index,
        kind,
        address,
        length: lengthOf(operation),
        tear: strike.tear,
        seed: strike.seed,
        boots,
        settledAfter,
        work,
        updatable,
        left,
        state,
        recognised,
      };
    } finally {
      storage.rewind(mark);
    }
  }

  #remember(left: string, recovery: Recovery): Known {
    const boots = this.#share(bootsKey(recovery.boots), recovery.boots);
    const kept = { ...recovery, boots, state: this.#share(recovery.state, recovery.state), isMet: false };
    this.#known.set(left, kept);
    return kept;
  }

  #share<T>(key: string, value: T): T {
    const known = this.#shared.get(key);
    if (known !== undefined) return known as T;
    this.#shared.set(key, value);
    return value;
  }
}

function bootsKey(boots: Recovery['boots']): string {
  let key = '';
  for (const { identity, slot, confirmed } of boots) key += `${identity} ${slot} ${confirmed},`;
  return key;
}
