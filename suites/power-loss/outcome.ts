import type { CutObservation } from '#core/cut-sweep.ts';
import type { Outcome } from '#core/outcome.ts';
import type { Calibration } from '#core/timed-cuts.ts';
import type { CutFault, SweepOutput } from '#core/verbs.ts';
import { timedRules } from './by-time.ts';
import type { Context } from './input.ts';
import { INVARIANTS, type CutRules } from './invariants.ts';
import {
  atBoundaries,
  describeCutPlace,
  judgeSweep,
  oddFindings,
  sweepCoverage,
  type SweepJudgement,
} from './judge-sweep.ts';
import { judgeTimed, type TimedJudgement } from './judge-timed.ts';

/** The end of a scenario: what is to be said whatever was seen. */
export type End = Pick<Outcome, 'verdict' | 'rule' | 'expected'>;

/** Who runs before a sweep's phase, and who is the update. */
type Sides = Pick<CutRules, 'before' | 'update'>;

function sweepRules({ phase, acceptable, confirms }: Context, { before, update }: Sides): CutRules {
  return { phase, acceptable, confirms, before, update };
}

/** What a cut broke, for the evidence. */
export function faultOf(context: Context, cut: CutObservation, sides: Sides): CutFault | null {
  const { failures, odd } = judgeSweep([cut], sweepRules(context, sides), context.oddities);
  const [failure] = failures;
  if (failure !== undefined) return { broke: failure.invariant };
  const [oddly] = odd;
  return oddly === undefined ? null : { broke: oddly.violation.invariant, oddity: oddly.oddity.id };
}

/** A sweep held against the rules of its scenario. */
export function sweepJudgement(
  context: Context,
  sweep: SweepOutput | null,
  cuts: readonly CutObservation[] = sweep?.cuts ?? [],
): SweepJudgement {
  if (sweep === null) return { failures: [], odd: [] };
  return judgeSweep(cuts, sweepRules(context, sweep.summary), context.oddities);
}

/** The shortest sequence that breaks the board, for a reader. */
function shortestText({ shortest }: Context): string {
  const cut = shortest?.cut ?? null;
  if (cut === null) return '';
  const again = shortest?.reproduced === true ? 'led' : 'did NOT lead';
  return `; the shortest sequence: cut ${describeCutPlace(cut)}, which ${again} to the same bytes once more`;
}

/** Cuts by time held against the rules of their scenario. */
export function timedJudgement(
  context: Context & { readonly calibration: Calibration | null },
): TimedJudgement {
  const nothing = { before: '', update: '', ms: 0, windows: [], sound: false, ended: 'nothing' };
  return judgeTimed(context.cuts, context.calibration ?? nothing, timedRules(context));
}

/** What a sweep showed. */
export function sweepOutcome(context: Context, sweep: SweepOutput, end: End): Outcome {
  const judgement = sweepJudgement(context, sweep);
  const { failures, odd } = judgement;
  const { cuts, operations, states } = sweep.summary;
  const total = `${cuts} cuts at ${operations} flash operations, which left ${states} distinct states`;
  const [first] = failures;
  const oddly = odd.length === 0 ? '' : `; ${odd.length} showed a documented oddity of the boot loader`;
  const whole = `${atBoundaries(failures)} of them between operations, ${failures.length - atBoundaries(failures)} inside one`;
  return {
    ...end,
    rule: first === undefined ? end.rule : `broken: ${INVARIANTS[first.invariant]}`,
    observed:
      first === undefined
        ? `${total}, all recovered${oddly}`
        : `${failures.length} of ${total} broke a rule (${whole})${oddly}; the first: cut ${describeCutPlace(first.cut)}: ${first.what}${shortestText(context)}`,
    reached: cuts === 0 ? null : `power was cut ${cuts} times at ${operations} flash operations`,
    coverage: sweepCoverage(sweep),
    ...(odd.length === 0 ? {} : { findings: oddFindings(judgement) }),
  };
}

/** What cuts by time showed. */
export function timedOutcome(context: Context, calibration: Calibration | null, end: End): Outcome {
  const ended = calibration?.ended ?? 'nothing was measured';
  if (context.cuts.length === 0) {
    return { ...end, observed: `without a cut the phase ended with ${ended}`, reached: null };
  }
  const { failures, sentence, coverage } = timedJudgement(context);
  const [first] = failures;
  const count = `${context.cuts.length} cuts by time over ${Math.round(calibration?.ms ?? 0)} ms`;
  return {
    ...end,
    rule: first === undefined ? end.rule : `broken: ${INVARIANTS[first.invariant]}`,
    observed:
      first === undefined
        ? `${count}, all recovered. ${sentence}`
        : `${failures.length} of ${count} broke a rule; the first: ${first.cut.achievedMs.toFixed(1)} ms after the phase began: ${first.what}. ${sentence}`,
    reached: `power was cut ${context.cuts.length} times in a phase that took ${Math.round(calibration?.ms ?? 0)} ms without a cut`,
    coverage,
  };
}
