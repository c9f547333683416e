import type { Json } from '#core/canonical.ts';
import type { TimedCut, TimedSetting } from '#core/timed-cuts.ts';
import type { TimedCutsInput } from '#core/verbs.ts';
import { cutDuring } from '#engine/cut-during.ts';
import { watchUntilSettled } from '#engine/settle.ts';
import { beginTimedPhase, enterTimedPhase } from '#engine/timed-phase.ts';
import type { Verb, VerbCall } from '#engine/verb-call.ts';

/** How much later than wanted a cut may come before it counts as not reached. */
const GRACE_MS = 60_000;

async function cutAt(setting: TimedSetting, ms: number, call: VerbCall): Promise<Omit<TimedCut, 'purpose'>> {
  await enterTimedPhase(setting, call);
  const { clock } = call.rig;
  const began = clock.now();
  const receipt = await cutDuring(
    (options) => beginTimedPhase(setting, call, options),
    { kind: 'after', ms },
    call,
    ms + GRACE_MS,
  );
  const settled = await watchUntilSettled(setting, call);
  const { verified, rail } = receipt;
  return {
    wantedMs: ms,
    achievedMs: receipt.atMs - began,
    ...settled,
    verified,
    ...(rail === undefined ? {} : { rail }),
  };
}

/** Cuts power at moments of a phase, each time from the golden state; each cut is one entry of evidence. */
export const timedCuts: Verb<readonly TimedCut[], TimedCutsInput> = {
  async run({ atMs, purpose, judge, ...setting }, call) {
    const cuts: TimedCut[] = [];
    for (const ms of atMs) {
      const cut = { purpose, ...(await cutAt(setting, ms, call)) };
      cuts.push(cut);
      call.record('cut', { ...cut, ...judge?.(cut) } as unknown as Json);
      call.progress(cuts.length, atMs.length);
    }
    return cuts;
  },
  told: (cuts) => ({ cuts: cuts.length }),
};
