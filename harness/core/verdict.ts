/**
 * What a scenario showed. `error` is trouble of the bench and never the board's fault; `inconclusive` is a claim not
 * earned; `not-applicable` carries its reason.
 */
export type Verdict = 'not-applicable' | 'pass' | 'inconclusive' | 'error' | 'fail';

/** From best to worst; combining keeps the worst. */
export const VERDICTS: readonly Verdict[] = ['not-applicable', 'pass', 'inconclusive', 'error', 'fail'];

/** Combining only worsens: any fail is a fail; `not-applicable` is neutral; nothing at all proves nothing. */
export function combine(verdicts: Iterable<Verdict>): Verdict {
  let worst: Verdict | undefined;
  for (const verdict of verdicts) {
    if (worst === undefined || VERDICTS.indexOf(verdict) > VERDICTS.indexOf(worst)) worst = verdict;
  }
  return worst ?? 'inconclusive';
}

/** Process exit code for a set of verdicts: 0 nothing wrong, 1 a board failed, 2 something was not shown. */
export function exitCode(verdicts: Iterable<Verdict>): 0 | 1 | 2 {
  const verdict = combine(verdicts);
  if (verdict === 'fail') return 1;
  return verdict === 'pass' || verdict === 'not-applicable' ? 0 : 2;
}
