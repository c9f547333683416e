import type { CutObservation, CutPlace } from '#core/cut-sweep.ts';
import { oddityOf, type Oddity } from '#core/oddity.ts';
import type { Coverage, Finding } from '#core/outcome.ts';
import { BOUNDARIES } from '#core/tear.ts';
import type { SweepOutput } from '#core/verbs.ts';
import { type CutRules, violationsOf, type Violation } from './invariants.ts';

/** A sweep's cuts held against the rules. */
export interface SweepJudgement {
  readonly failures: readonly Violation[];
  /** Cuts that broke a rule as the boot loader is documented to. */
  readonly odd: readonly { readonly oddity: Oddity; readonly violation: Violation }[];
}

/** Sorts what broke a rule into failures and documented oddities. */
export function judgeSweep(
  cuts: readonly CutObservation[],
  rules: CutRules,
  oddities: readonly Oddity[],
): SweepJudgement {
  const sorted = violationsOf(cuts, rules).map((violation) => ({
    violation,
    oddity: oddityOf(oddities, violation.invariant, rules.phase, violation.cut),
  }));
  return {
    failures: sorted.filter(({ oddity }) => oddity === undefined).map(({ violation }) => violation),
    odd: sorted.flatMap(({ violation, oddity }) => (oddity === undefined ? [] : [{ violation, oddity }])),
  };
}

/** Each oddity that was seen, with how often; never left out, whatever the verdict. */
export function oddFindings({ odd }: SweepJudgement): readonly Finding[] {
  return [...new Set(odd.map(({ oddity }) => oddity))].map((oddity) => {
    const seen = odd.filter((one) => one.oddity === oddity);
    const where = seen[0] === undefined ? '' : ` First seen: cut ${describeCutPlace(seen[0].violation.cut)}.`;
    const { id, text, reference } = oddity;
    return { id, class: 'oddity', count: seen.length, text: `${text}${where}`, reference };
  });
}

/** How many of the failures a simulator would find that cuts between operations alone. */
export function atBoundaries(failures: readonly Violation[]): number {
  const whole: ReadonlySet<string> = new Set(BOUNDARIES);
  return failures.filter(({ cut }) => [cut, ...(cut.later ?? [])].every(({ tear }) => whole.has(tear)))
    .length;
}

/** How fast cuts were made; those that an interrupted run had made took no time now. */
function paceOf({ summary, takenOver = 0, wallMs }: SweepOutput) {
  const seconds = Math.max(wallMs, 1) / 1000;
  return {
    ...(takenOver === 0 ? {} : { 'taken over from an interrupted run': takenOver }),
    seconds: Number(seconds.toFixed(1)),
    'cuts a second': Number(((summary.cuts - takenOver) / seconds).toPrecision(3)),
  };
}

/** What was tried, in figures. */
export function sweepCoverage(sweep: SweepOutput): Coverage {
  const { summary } = sweep;
  return {
    cases: summary.cuts,
    of: 'power cuts',
    detail: {
      operations: summary.operations,
      writes: summary.writes,
      erases: summary.erases,
      'ways of tearing': Object.keys(summary.byTear).length,
      'times a seeded way is rolled': summary.rolls,
      'distinct flash states': summary.states,
      'distinct end states': summary.endStates,
      'recoveries run': summary.judged,
      'recognised states': summary.recognised,
      ...(summary.alike === 0
        ? {}
        : { 'of these alike': summary.alike, 'alike run again, all agreed': summary.replayed }),
      'cuts in one update': summary.byDepth.length,
      'search complete': summary.complete ? 'yes' : 'no, the budget ended it',
      ...(summary.wear === null ? {} : { 'most erases of one page': summary.wear.erases }),
      trace: summary.traceDigest.slice(0, 16),
      ...paceOf(sweep),
    },
  };
}

function placeText({ operation, kind, address, length, tear }: CutPlace): string {
  const what =
    kind === 'fuse' ? `fuse word ${address}` : `${kind} of ${length} bytes at 0x${address.toString(16)}`;
  const boundary = BOUNDARIES.find((one) => one === tear);
  const how = boundary === undefined ? `, ${tear}` : '';
  return `${boundary ?? 'inside'} operation ${operation} (${what}${how})`;
}

/** Where power went, for a reader: `inside operation 17 (write of 8 bytes at 0x81fe8, prefix)`, and then where again. */
export function describeCutPlace(cut: CutObservation): string {
  return [cut, ...(cut.later ?? [])].map(placeText).join(', then in the recovery ');
}
