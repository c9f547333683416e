import type { BootObserved } from '#core/cut-sweep.ts';
import { isAssayError } from '#core/errors.ts';
import type { TimedCut, TimedSetting } from '#core/timed-cuts.ts';
import { use, type VerbCall } from '#engine/verb-call.ts';

/** Boots seen at least, so that a settled state is seen to stay, and at most. */
const BOOTS = { least: 3, most: 6 } as const;

/** What a board did after power came back. */
export type Settled = Pick<TimedCut, 'boots' | 'settledAfter' | 'updatable'>;

/** What was tried, or `instead` where the board answered nonsense or nothing; other trouble is thrown on. */
async function orElse<T>(call: VerbCall, attempt: Promise<T>, instead: T): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    if (call.signal.aborted || !isAssayError(error) || error.fault !== 'peer') throw error;
    return instead;
  }
}

async function observe({ confirms, update }: TimedSetting, call: VerbCall): Promise<BootObserved> {
  const { signal } = call;
  const dead = { running: false, why: 'no usable answer' } as const;
  const seen = await orElse(call, use(call, 'identity').read({ signal }), dead);
  if (!seen.running) return { identity: null, slot: '', confirmed: false };
  const { identity, slot } = seen;
  const onTrial = identity === update.identity && !seen.confirmed && confirms;
  if (!onTrial) return { identity, slot, confirmed: seen.confirmed };
  const refused = { accepted: false, step: 'confirm', reason: 'no usable answer' } as const;
  const { accepted } = await orElse(call, use(call, 'update').confirm({ signal }), refused);
  return { identity, slot, confirmed: accepted };
}

/** Where the old image came back: does the same update still go in and run? */
async function updates({ update, path }: TimedSetting, call: VerbCall): Promise<boolean> {
  const { signal } = call;
  const options = { signal, ...(path === undefined ? {} : { path }) };
  const { accepted } = await use(call, 'update').offer(update.bytes, options);
  if (!accepted) return false;
  await use(call, 'update').activate({ signal });
  const seen = await use(call, 'identity').read({ signal });
  return seen.running && seen.identity === update.identity;
}

function isSteady(boots: readonly BootObserved[]): boolean {
  return boots.at(-1)?.identity === boots.at(-2)?.identity;
}

/**
 * Turns the board on after a cut and boots it until the running image stays the same; an update on trial is confirmed
 * where the setting says so. Then tries whether the board can still be updated.
 */
export async function watchUntilSettled(setting: TimedSetting, call: VerbCall): Promise<Settled> {
  const { signal, rig } = call;
  const boots: BootObserved[] = [];
  await use(call, 'power').on({ signal });
  for (;;) {
    boots.push(await observe(setting, call));
    if (boots.length >= BOOTS.most || (boots.length >= BOOTS.least && isSteady(boots))) break;
    await use(call, 'power').reset({ signal });
  }
  const last = boots.at(-1)?.identity ?? null;
  const settledAfter = boots.findLastIndex(({ identity }) => identity !== last) + 2;
  const returned = last === rig.board.firmware.golden.identity && setting.acceptable;
  const updatable = returned ? await orElse(call, updates(setting, call), false) : last !== null;
  return { boots, settledAfter, updatable };
}
