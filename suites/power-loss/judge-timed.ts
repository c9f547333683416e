import { boundSentence, failureBound, percentUp } from '#core/binomial.ts';
import type { Coverage } from '#core/outcome.ts';
import type { Calibration, TimedCut } from '#core/timed-cuts.ts';
import { type CutRules, type Violation, violationsOf } from './invariants.ts';

/** Cuts by time held against the rules. */
export interface TimedJudgement {
  readonly failures: readonly Violation<TimedCut>[];
  /** What the cuts that were spread by the plan, and they alone, prove. */
  readonly sentence: string;
  readonly coverage: Coverage;
}

/** The most that a cut came beside the moment it was wanted at, ms. */
function jitterOf(cuts: readonly TimedCut[]): number {
  return cuts.reduce((most, { wantedMs, achievedMs }) => Math.max(most, Math.abs(achievedMs - wantedMs)), 0);
}

function railText(cuts: readonly TimedCut[]): string {
  const falls = cuts.flatMap(({ rail }) => (rail === undefined ? [] : [rail.fallMs]));
  return falls.length === 0 ? 'not measured' : `at most ${Math.max(...falls).toFixed(2)} ms`;
}

/**
 * Only the spread cuts count for the bound: the others were placed where the outcome was seen to change, so they are no
 * sample of anything.
 */
export function judgeTimed(
  cuts: readonly TimedCut[],
  calibration: Calibration,
  rules: CutRules,
): TimedJudgement {
  const failures = violationsOf(cuts, rules);
  const spread = cuts.filter(({ purpose }) => purpose === 'spread');
  const bound = failureBound(violationsOf(spread, rules).length, spread.length);
  const narrowed = cuts.length - spread.length;
  const more =
    narrowed === 0 ? '' : ` ${narrowed} further cuts, placed where the outcome changes, do not count for it.`;
  return {
    failures,
    sentence: `${boundSentence(bound)}${more}`,
    coverage: {
      cases: cuts.length,
      of: 'power cuts by time',
      detail: {
        'phase, ms': Math.round(calibration.ms),
        windows: calibration.windows.length,
        'spread cuts': spread.length,
        'failures among them': bound.failures,
        'failure probability at most (95 % confidence)': percentUp(bound.upper),
        'cuts where the outcome changes': narrowed,
        'most jitter, ms': Number(jitterOf(cuts).toFixed(3)),
        'fall of the supply': railText(cuts),
      },
    },
  };
}
