import type { CutPurpose, TimedCut, TimedSetting } from '#core/timed-cuts.ts';
import type { Context } from './input.ts';
import type { CutFault } from '#core/verbs.ts';
import { judgeCut, type CutRules } from './invariants.ts';
import { narrowedCuts, spreadCuts } from './timed-plan.ts';

/** Cuts asked of the board at a time once outcomes are being told apart. */
const BATCH = 8;
/** Parts of the phase below which it is not worth knowing where an outcome changes. */
const FINEST = 1000;

/** What the verbs are told of the phase. */
export function timedSetting({ phase, update, acceptable, confirms, manner }: Context): TimedSetting {
  const path = manner.kind === 'timed' ? { path: manner.path } : {};
  return { phase, update, acceptable, confirms, ...path };
}

/** What cuts by time are held against. */
export function timedRules({ phase, acceptable, confirms, calibration }: Context): CutRules {
  return {
    phase,
    acceptable,
    confirms,
    before: calibration?.before ?? '',
    update: calibration?.update ?? '',
  };
}

function outcomeOf(cut: TimedCut, rules: CutRules): string {
  const violation = judgeCut(cut, rules);
  return violation === null ? String(cut.boots.at(-1)?.identity) : violation.invariant;
}

/** What a cut broke, for the evidence. */
export function timedFault(context: Context, cut: TimedCut): CutFault | null {
  const violation = judgeCut(cut, timedRules(context));
  return violation === null ? null : { broke: violation.invariant };
}

/** The moments to cut at next, `fresh` being cuts that are not yet kept; none: all is done. */
export function nextBatch(
  context: Context,
  fresh: readonly TimedCut[],
): { readonly purpose: CutPurpose; readonly atMs: readonly number[] } {
  const { manner, calibration } = context;
  const made = [...context.cuts, ...fresh];
  if (manner.kind !== 'timed' || calibration === null) return { purpose: 'spread', atMs: [] };
  if (made.length === 0) {
    const { spread: cuts, seed } = manner;
    return { purpose: 'spread', atMs: spreadCuts({ windows: calibration.windows, cuts, seed }) };
  }
  const rules = timedRules(context);
  const left = Math.max(0, manner.narrow - (made.length - manner.spread));
  const jitter = Math.max(...made.map(({ wantedMs, achievedMs }) => Math.abs(achievedMs - wantedMs)));
  const resolution = Math.max(calibration.ms / FINEST, 2 * jitter);
  const placed = made.map((cut) => ({ atMs: cut.achievedMs, outcome: outcomeOf(cut, rules) }));
  return { purpose: 'narrowed', atMs: narrowedCuts(placed, resolution, Math.min(BATCH, left)) };
}
