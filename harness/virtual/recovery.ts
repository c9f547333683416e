import type { BootObserved, CutObservation } from '#core/cut-sweep.ts';
import type { BootedApp, Silicon } from '#virtual/silicon.ts';

/** What is known of the sweep while its cuts are watched. */
export interface RecoveryPlan {
  readonly silicon: Silicon;
  readonly image: Uint8Array;
  /** Identity of the image that ran before, and of the update. */
  readonly before: string;
  readonly update: string;
  /** Whether an update found on trial is confirmed; not while a revert is what is watched. */
  readonly confirms: boolean;
  /** Whether the update went in again, by the state that boards had settled in: it depends on nothing else. */
  readonly updatable: Map<string, boolean>;
}

/** What a board did after power came back. */
export type Recovery = Pick<CutObservation, 'boots' | 'settledAfter' | 'work' | 'updatable' | 'state'>;

/** Boots seen at least, so that a settled state is seen to stay, and at most. */
const BOOTS = { least: 3, most: 6 } as const;

/** Boots until the running image stays the same (`settled`), then tries whether the board can still be updated. */
export function watchRecovery(plan: RecoveryPlan, settled?: () => void): Recovery {
  const { storage } = plan.silicon;
  const before = storage.operations;
  const { boots, app } = settle(plan);
  const work = storage.operations - before;
  const state = storage.digest();
  settled?.();
  const updatable = isUpdatable(plan, app, state);
  return { boots, settledAfter: settledAfter(boots), work, updatable, state };
}

/** The boots after a cut, until the running image stays the same, and what runs then. */
export function settle(plan: RecoveryPlan): {
  readonly boots: readonly BootObserved[];
  readonly app: BootedApp | null;
} {
  const boots: BootObserved[] = [];
  let app: BootedApp | null = null;
  while (!isSettled(boots)) {
    app = powerUp(plan.silicon);
    boots.push(observe(plan, app));
  }
  return { boots, app };
}

function powerUp(silicon: Silicon): BootedApp | null {
  silicon.storage.powerUp();
  return silicon.boot().app;
}

function observe(plan: RecoveryPlan, app: BootedApp | null): BootObserved {
  if (app === null) return { identity: null, slot: '', confirmed: false };
  const onTrial = app.identity === plan.update && !app.confirmed;
  const confirmed = app.confirmed || (onTrial && plan.confirms && plan.silicon.confirm(app));
  return { identity: app.identity, slot: app.slot, confirmed };
}

/** Whether enough boots were seen: the least, and more where the running image still changed. */
export function isSettled(boots: readonly BootObserved[]): boolean {
  const isSteady = boots.at(-1)?.identity === boots.at(-2)?.identity;
  return boots.length >= (isSteady ? BOOTS.least : BOOTS.most);
}

/** Number of the first boot from which on the same image ran. */
export function settledAfter(boots: readonly BootObserved[]): number {
  const last = boots.at(-1)?.identity;
  return boots.findLastIndex(({ identity }) => identity !== last) + 2;
}

/** Where the old image came back: does the same update still go in and run? */
function isUpdatable(plan: RecoveryPlan, app: BootedApp | null, state: string): boolean {
  if (app === null) return false;
  if (app.identity !== plan.before) return true;
  const known = plan.updatable.get(state);
  if (known !== undefined) return known;
  plan.silicon.stage(app, plan.image);
  const answer = powerUp(plan.silicon)?.identity === plan.update;
  plan.updatable.set(state, answer);
  return answer;
}
