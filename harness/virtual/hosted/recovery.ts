import type { BootObserved, CutObservation } from '#core/cut-sweep.ts';
import type { HostedRun, Wish } from '#virtual/hosted/chip.ts';
import { type HostedSilicon, operationsOf } from '#virtual/hosted/silicon.ts';
import { isSettled, settledAfter, type Recovery } from '#virtual/recovery.ts';

/** What is known of the sweep while its cuts are watched. */
export interface HostedPlan {
  readonly silicon: HostedSilicon;
  readonly image: Uint8Array;
  /** Identity of the image that ran before, and of the update. */
  readonly before: string;
  readonly update: string;
  /** Whether an update found on trial is confirmed. */
  readonly confirms: boolean;
  /** Whether the update went in again, by the state that boards had settled in. */
  readonly updatable: Map<string, boolean>;
}

/** How the page that a cut struck fared: whether what it held can have mattered. */
export type Fate = 'untouched' | 'erased' | 'read';

/** A recovery, and the fate of the page that was watched in it: when the board had settled, and when all was done. */
export interface WatchedRecovery extends Recovery {
  readonly atRest: Fate;
  readonly fate: Fate;
}

/** Follows a page through runs: once it was erased nobody can read what it held. */
class PageWatch {
  readonly #page: number | null;
  readonly #size: number;
  fate: Fate;

  constructor(page: number | null, size: number) {
    this.#page = page;
    this.#size = size;
    this.fate = page === null ? 'read' : 'untouched';
  }

  /** The page to be watched in the next run. */
  get page(): number | null {
    return this.fate === 'untouched' ? this.#page : null;
  }

  take(run: HostedRun): void {
    if (this.fate !== 'untouched' || this.#page === null) return;
    const from = this.#page;
    const touching = operationsOf(run).find(({ address }) => address >= from && address < from + this.#size);
    if (!run.unread) this.fate = 'read';
    else if (touching !== undefined) this.fate = touching.kind === 'erase' ? 'erased' : 'read';
  }
}

/** Boots until the running image stays the same (`settled`), then tries whether the board can still be updated. */
export async function watchHosted(
  plan: HostedPlan,
  signal: AbortSignal,
  page: number | null,
  settled?: () => void,
): Promise<WatchedRecovery> {
  const { storage } = plan.silicon;
  const watch = new PageWatch(page, storage.shape.page);
  const before = storage.operations;
  const boots = await settleHosted(plan, signal, watch);
  const work = storage.operations - before;
  const state = storage.digest();
  const atRest = watch.fate;
  settled?.();
  const updatable = await isUpdatable(plan, boots, state, signal, watch);
  return { boots, settledAfter: settledAfter(boots), work, updatable, state, atRest, fate: watch.fate };
}

/** The boots after a cut, until the running image stays the same. */
export async function settleHosted(
  plan: HostedPlan,
  signal: AbortSignal,
  watch = new PageWatch(null, 0),
): Promise<readonly BootObserved[]> {
  const wish: Wish = plan.confirms ? { kind: 'confirm', identity: plan.update } : { kind: 'boot' };
  const boots: BootObserved[] = [];
  while (!isSettled(boots)) {
    const run = await plan.silicon.power(wish, signal, watch.page);
    watch.take(run);
    boots.push(observed(run));
  }
  return boots;
}

function observed({ app, granted }: HostedRun): BootObserved {
  if (app === null) return { identity: null, slot: '', confirmed: false };
  return { identity: app.identity, slot: app.slot, confirmed: app.confirmed || granted };
}

/** Where the old image came back: does the same update still go in and run? */
async function isUpdatable(
  plan: HostedPlan,
  boots: CutObservation['boots'],
  state: string,
  signal: AbortSignal,
  watch: PageWatch,
): Promise<boolean> {
  const last = boots.at(-1)?.identity ?? null;
  if (last === null) return false;
  if (last !== plan.before) return true;
  const known = plan.updatable.get(state);
  if (known !== undefined && watch.page === null) return known;
  const staged = await plan.silicon.power({ kind: 'stage', image: plan.image }, signal, watch.page);
  watch.take(staged);
  const tried = await plan.silicon.power({ kind: 'boot' }, signal, watch.page);
  watch.take(tried);
  const answer = tried.app?.identity === plan.update;
  plan.updatable.set(state, answer);
  return answer;
}
