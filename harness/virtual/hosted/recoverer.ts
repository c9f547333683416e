import { canonical, type Json } from '#core/canonical.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { dice, seedFor } from '#core/dice.ts';
import { InternalError } from '#core/errors.ts';
import { KnownByReads } from '#virtual/hosted/known-by-reads.ts';
import {
  type HostedPlan,
  settleHosted,
  type WatchedRecovery,
  watchHosted,
} from '#virtual/hosted/recovery.ts';
import type { Strike } from '#virtual/cut-walk.ts';
import type { Recoverer } from '#virtual/cut-work.ts';
import type { Recovery } from '#virtual/recovery.ts';
import type { StorageOperation } from '#virtual/storage.ts';
import { lengthOf, recordLater, type TraceStep } from '#virtual/sweep-phase.ts';

/** One in so many recoveries that need not be run is run all the same, and held against what was known. */
const CHECKED = 400;

/** A recovery, and how it came to be known. */
type Seen = Recovery & Pick<CutObservation, 'alike' | 'replayed'>;

/** What a recovery from flash that held the same where it looked came to. */
type Course = Pick<WatchedRecovery, 'recovery' | 'effect'>;

/** Watches recoveries on a hosted chip, and runs none whose course is known. */
export class HostedRecoverer implements Recoverer {
  readonly #plan: HostedPlan;
  readonly #seed: number;
  readonly #known = new Map<string, Seen>();
  readonly #met = new Set<string>();
  readonly #courses: KnownByReads<Course>;

  /** `seed` draws the recoveries that are run although they are known. */
  constructor(plan: HostedPlan, seed: number) {
    const { storage } = plan.silicon;
    this.#plan = plan;
    this.#seed = seed;
    this.#courses = new KnownByReads(
      ({ address, length }) => storage.digests.contentOf(address, length) + storage.weakIn(address, length),
    );
  }

  /** Takes over what was seen elsewhere: the state is not run again, but is new here. */
  know({ left, boots, settledAfter, work, updatable, state, alike, replayed }: CutObservation): void {
    if (this.#known.has(left)) return;
    const recovery = { boots, settledAfter, work, updatable, state };
    this.#known.set(left, { ...recovery, ...(alike ? { alike } : {}), ...(replayed ? { replayed } : {}) });
  }

  /** Cuts the operation that storage stands before, watches the recovery, and comes back. */
  async cut(
    operation: StorageOperation,
    index: number,
    strike: Strike,
    signal: AbortSignal,
  ): Promise<CutObservation> {
    const { storage } = this.#plan.silicon;
    const mark = storage.mark();
    try {
      storage.tear(operation, strike.tear, strike.seed);
      const left = storage.digest();
      const seen =
        this.#known.get(left) ?? (await this.#recover(left, pageOf(operation, storage.shape), signal));
      this.#known.set(left, seen);
      const recognised = this.#met.has(left);
      this.#met.add(left);
      const { kind, address } = operation;
      const place = { operation: index, kind, address, length: lengthOf(operation), ...strike };
      return { ...place, ...seen, left, recognised };
    } finally {
      storage.rewind(mark);
    }
  }

  steps(signal: AbortSignal): Promise<readonly TraceStep[]> {
    return recordLater(this.#plan.silicon.storage, () => settleHosted(this.#plan, signal));
  }

  async #recover(left: string, closely: number | null, signal: AbortSignal): Promise<Seen> {
    const known = this.#courses.find();
    if (known === null) {
      const { recovery, effect, reads } = await this.#watch({ closely, afresh: false, signal });
      this.#courses.remember(reads, { recovery, effect });
      return recovery;
    }
    const seen = { ...known.value.recovery, state: this.#settled(known.value) };
    const isDrawn = dice(seedFor(this.#seed, Number.parseInt(left.slice(0, 8), 16)))(CHECKED) === 0;
    if (!isDrawn) return { ...seen, alike: true };
    const { recovery } = await this.#watch({ closely: null, afresh: true, signal });
    if (!isSame(seen, recovery)) throw notAlike(seen, recovery);
    return { ...seen, alike: true, replayed: true };
  }

  /** Watches the recovery from flash as it is, and brings flash back. */
  async #watch(options: {
    readonly closely: number | null;
    readonly afresh: boolean;
    readonly signal: AbortSignal;
  }): Promise<WatchedRecovery> {
    const { storage } = this.#plan.silicon;
    const mark = storage.mark();
    try {
      return await watchHosted(this.#plan, options);
    } finally {
      storage.rewind(mark);
    }
  }

  /** Digest of the state that the board would settle in. */
  #settled({ recovery, effect }: Course): string {
    const { storage } = this.#plan.silicon;
    const mark = storage.mark();
    for (let boot = 0; boot < recovery.boots.length; boot++) storage.powerUp();
    for (const operation of effect) storage.apply(operation);
    const state = storage.digest();
    storage.rewind(mark);
    return state;
  }
}

/** The page that an operation strikes; a fuse is in none. */
function pageOf({ kind, address }: StorageOperation, { page }: { readonly page: number }): number | null {
  return kind === 'fuse' ? null : address - (address % page);
}

function isSame(one: Recovery, other: Recovery): boolean {
  return canonical(one as unknown as Json) === canonical(other as unknown as Json);
}

function notAlike(known: Recovery, seen: Recovery): InternalError {
  return new InternalError({
    code: 'machine-not-alike',
    message:
      'a recovery went another way than one from flash that holds the same wherever that one had looked',
    expected: canonical(known as unknown as Json),
    got: canonical(seen as unknown as Json),
    remedy: 'report this with the versions of the emulator and of the firmware',
  });
}
