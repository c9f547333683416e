import type { Verdict } from '#core/verdict.ts';

/** How much was tried, in counted cases; a pass without it is one case. */
export interface Coverage {
  readonly cases: number;
  /** What a case is: `power cuts`, `malformed messages`. */
  readonly of: string;
  /** Free figures for the report, e.g. operations, distinct states, seed. */
  readonly detail?: Readonly<Record<string, string | number>>;
}

/**
 * `oddity`: known behaviour of the boot loader itself, documented by its makers or by us, that a product inherits;
 * `weakness`: something a product should mend, outside the scenario's rule; `remark`: worth knowing, nothing to mend.
 */
export type FindingClass = 'oddity' | 'weakness' | 'remark';

/** What a reader must see whatever the verdict. */
export interface Finding {
  readonly id: string;
  readonly class: FindingClass;
  /** How often it was seen, where it was counted. */
  readonly count?: number;
  readonly text: string;
  /** CVE, advisory, issue or clause. */
  readonly reference?: string;
}

/** What a scenario machine's final state says. The engine alone turns it into a verdict (see `conclude`). */
export interface Outcome {
  readonly verdict: Extract<Verdict, 'pass' | 'fail' | 'inconclusive' | 'not-applicable'>;
  /** The decision rule that applied, one sentence. */
  readonly rule: string;
  readonly expected: string;
  readonly observed: string;
  /** How we know that the attack reached the state it aims at; null when it did not, which forbids a pass. */
  readonly reached: string | null;
  readonly coverage?: Coverage;
  readonly findings?: readonly Finding[];
}

/** The positive control that ran before, in the same run, on the same board. */
export interface ControlResult {
  readonly scenario: string;
  readonly verdict: Verdict;
  /** Head of the control record's evidence chain. */
  readonly head: string;
}

export interface Conclusion extends Omit<Outcome, 'verdict'> {
  readonly verdict: Verdict;
}

/**
 * A verdict is earned: a pass needs proof that the attack reached its state and a passed positive control of the same
 * run. A fail stands on the device's own observation, but only where the control shows that the bench works.
 */
export function conclude(outcome: Outcome, control: ControlResult | 'is-control'): Conclusion {
  const proven = control === 'is-control' || control.verdict === 'pass';
  if (outcome.verdict === 'not-applicable') return outcome;
  if (!proven) {
    return {
      ...outcome,
      verdict: 'inconclusive',
      rule: `positive control ${control.scenario} gave ${control.verdict}: without it no verdict stands`,
    };
  }
  if (outcome.verdict === 'pass' && outcome.reached === null) {
    return { ...outcome, verdict: 'inconclusive', rule: 'the attack never reached the state it aims at' };
  }
  return outcome;
}
