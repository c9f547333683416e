import type { CutObservation } from '#core/cut-sweep.ts';
import { AlikeRecoveries } from '#virtual/hosted/alike.ts';
import { type HostedPlan, watchHosted } from '#virtual/hosted/recovery.ts';
import type { Strike } from '#virtual/cut-walk.ts';
import type { Recovery } from '#virtual/recovery.ts';
import type { StorageOperation } from '#virtual/storage.ts';
import { lengthOf } from '#virtual/sweep-phase.ts';

/** How a recovery came to be known. */
interface Seen {
  readonly recovery: Recovery;
  /** It was not run: another was, from flash that differs in one page which nobody read. */
  readonly isAlike: boolean;
}

/** Makes single cuts on a hosted chip, and runs no recovery whose course is known. */
export class HostedCutter {
  readonly #plan: HostedPlan;
  readonly #known = new Map<string, Recovery>();
  readonly #met = new Set<string>();
  readonly #alike: AlikeRecoveries;

  constructor(plan: HostedPlan) {
    this.#plan = plan;
    this.#alike = new AlikeRecoveries(plan.silicon.storage);
  }

  /** Takes over what was seen elsewhere: the state is not run again, but is new here. */
  know({ left, boots, settledAfter, work, updatable, state }: CutObservation): void {
    if (!this.#known.has(left)) this.#known.set(left, { boots, settledAfter, work, updatable, state });
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
      const { recovery, isAlike } = await this.#recover(left, operation, signal);
      const recognised = this.#met.has(left);
      this.#met.add(left);
      const { kind, address } = operation;
      const place = { operation: index, kind, address, length: lengthOf(operation), ...strike };
      return { ...place, ...recovery, left, recognised, ...(isAlike ? { alike: true } : {}) };
    } finally {
      storage.rewind(mark);
    }
  }

  async #recover(left: string, { kind, address }: StorageOperation, signal: AbortSignal): Promise<Seen> {
    const known = this.#known.get(left);
    if (known !== undefined) return { recovery: known, isAlike: false };
    const { storage } = this.#plan.silicon;
    const page = kind === 'fuse' ? null : address - (address % storage.shape.page);
    const key = page === null ? '' : storage.digestBut(page);
    const alike = page === null ? null : this.#alike.find(key);
    if (alike !== null) return { recovery: alike, isAlike: true };
    const before = storage.bytes.slice();
    let after = before;
    const { atRest, fate, ...recovery } = await watchHosted(this.#plan, signal, page, () => {
      after = storage.bytes.slice();
    });
    this.#known.set(left, recovery);
    if (page !== null && atRest !== 'read' && fate !== 'read') {
      this.#alike.remember(key, recovery, { page, fate: atRest }, before, after);
    }
    return { recovery, isAlike: false };
  }
}
