import type { BootObserved } from '#core/cut-sweep.ts';
import type { FlashOperation, FlashRange, Wish } from '#virtual/hosted/chip.ts';
import { type HostedSilicon, type KnownRun, operationsOf } from '#virtual/hosted/silicon.ts';
import { inShort, Trail } from '#virtual/hosted/trail.ts';
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
  /** How the update went in again, by the state that boards had settled in. */
  readonly updatable: Map<string, readonly KnownRun[]>;
}

/** How a recovery is watched. */
export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Page that the cut struck, whose reads are to be told apart; null: none more than others. */
  readonly closely: number | null;
  /** The machine runs each time, whatever is known. */
  readonly afresh: boolean;
  readonly onSettled?: () => void;
}

/** A recovery, what of flash it depended on, and the operations by which the board settled, in short. */
export interface WatchedRecovery {
  readonly recovery: Recovery;
  readonly reads: readonly FlashRange[];
  readonly effect: readonly FlashOperation[];
}

/** A recovery under way. */
class Watch {
  readonly trail: Trail;
  readonly #plan: HostedPlan;
  readonly #options: WatchOptions;

  constructor(plan: HostedPlan, options: WatchOptions) {
    this.#plan = plan;
    this.#options = options;
    this.trail = new Trail(plan.silicon.storage.shape.page);
  }

  async power(wish: Wish): Promise<KnownRun> {
    const { signal, closely, afresh } = this.#options;
    const isGone = closely === null || this.trail.hasErased(closely);
    const run = await this.#plan.silicon.power(wish, signal, isGone ? null : closely, afresh);
    this.trail.take(run);
    return run;
  }
}

/** Boots until the running image stays the same (`onSettled`), then tries whether the board can still be updated. */
export async function watchHosted(plan: HostedPlan, options: WatchOptions): Promise<WatchedRecovery> {
  const { storage } = plan.silicon;
  const watch = new Watch(plan, options);
  const { boots, operations } = await settle(plan, (wish) => watch.power(wish));
  const state = storage.digest();
  const effect = inShort(operations, storage.bytes, storage.shape.page);
  options.onSettled?.();
  const updatable = await isUpdatable(plan, boots, state, watch, options.afresh);
  const recovery = { boots, settledAfter: settledAfter(boots), work: operations.length, updatable, state };
  return { recovery, reads: watch.trail.reads, effect };
}

/** The boots after a cut, until the running image stays the same. */
export async function settleHosted(plan: HostedPlan, signal: AbortSignal): Promise<void> {
  await settle(plan, (wish) => plan.silicon.power(wish, signal, null));
}

async function settle(
  plan: HostedPlan,
  power: (wish: Wish) => Promise<KnownRun>,
): Promise<{ readonly boots: readonly BootObserved[]; readonly operations: readonly FlashOperation[] }> {
  const wish: Wish = plan.confirms ? { kind: 'confirm', identity: plan.update } : { kind: 'boot' };
  const boots: BootObserved[] = [];
  const operations: FlashOperation[] = [];
  while (!isSettled(boots)) {
    const run = await power(wish);
    for (const operation of operationsOf(run)) operations.push(operation);
    boots.push(observed(run));
  }
  return { boots, operations };
}

function observed({ app, granted }: KnownRun): BootObserved {
  if (app === null) return { identity: null, slot: '', confirmed: false };
  return { identity: app.identity, slot: app.slot, confirmed: app.confirmed || granted };
}

/** Where the old image came back: does the same update still go in and run? */
async function isUpdatable(
  plan: HostedPlan,
  boots: readonly BootObserved[],
  state: string,
  watch: Watch,
  afresh: boolean,
): Promise<boolean> {
  const last = boots.at(-1)?.identity ?? null;
  if (last !== plan.before) return last !== null;
  const known = afresh ? undefined : plan.updatable.get(state);
  if (known === undefined) {
    const staged = await watch.power({ kind: 'stage', image: plan.image });
    const tried = await watch.power({ kind: 'boot' });
    plan.updatable.set(state, [staged, tried]);
    return tried.app?.identity === plan.update;
  }
  for (const run of known) watch.trail.take(run);
  return known.at(-1)?.app?.identity === plan.update;
}
