import type { Json } from '#core/canonical.ts';
import { conductSweep } from '#core/conduct-sweep.ts';
import type { CutObservation, SweepPlan, SweepWork } from '#core/cut-sweep.ts';
import type { SweepInput, SweepOutput } from '#core/verbs.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

/** Cuts that are worth the start of threads. */
const LONG = 2000;

/** Cuts that must have shown a flaw before a costly sweep of a board that is known to have it may end. */
const SHOWN = 3;

/** Whether cuts need be made only until a flaw that is known to be there has shown. */
function endsEarly(call: VerbCall): boolean {
  return call.flaws.length > 0 && use(call, 'sweep').isCostly === true;
}

/** The board itself, and the crew's copies where the sweep is long and goes to its end. */
async function openCopies(plan: SweepPlan, call: VerbCall): Promise<readonly [SweepWork, ...SweepWork[]]> {
  const own = await use(call, 'sweep').open(plan, { signal: call.signal });
  const cuts = own.cutsAt.reduce((sum, at) => sum + at, 0);
  const isShort = cuts < LONG && (plan.depth ?? 1) === 1;
  if (call.crew === null || isShort || endsEarly(call)) return [own];
  try {
    return [own, ...(await call.crew.open(plan, call.signal))];
  } catch (error) {
    await own.close();
    throw error;
  }
}

async function sweep(plan: SweepPlan, call: VerbCall, judge: SweepInput['judge']): Promise<SweepOutput> {
  const cuts: CutObservation[] = [];
  const prior = call.nextPriorCuts();
  const began = performance.now();
  const copies = await openCopies(plan, call);
  const [{ facts }] = copies;
  const isToShow = endsEarly(call);
  let shown = 0;
  try {
    const summary = await conductSweep(plan, copies, {
      prior,
      signal: call.signal,
      onProgress: call.progress,
      ...(isToShow ? { isEnough: () => shown >= SHOWN } : {}),
      onCut: (cut) => {
        const fault = judge?.(cut, facts) ?? null;
        if (fault !== null && fault.oddity === undefined) shown += 1;
        cuts.push(cut);
        call.record('cut', { ...cut, ...fault } as unknown as Json);
      },
    });
    const wallMs = Math.round(performance.now() - began);
    return { summary, cuts, wallMs, ...(prior.length === 0 ? {} : { takenOver: prior.length }) };
  } finally {
    await Promise.allSettled(copies.map((copy) => copy.close()));
  }
}

/** Cuts power at every flash operation of a phase; each cut is one entry of evidence. */
export const sweepCuts: Verb<SweepOutput, SweepInput> = {
  run({ image, judge, ...plan }, call) {
    call.keep(image);
    return sweep({ ...plan, image: image.bytes }, call, judge);
  },
  told: ({ summary, takenOver, wallMs }) => ({ summary: summary as unknown as Json, takenOver, wallMs }),
};
