import assert from 'node:assert/strict';
import { isAssayError } from '#core/errors.ts';
import type { Outcome } from '#core/outcome.ts';
import type { Walk } from '#core/paths.ts';

/** Outcomes of all paths that ended in this state. */
export function outcomesIn(walk: Walk, state: string): readonly Outcome[] {
  return walk.paths.flatMap((path) =>
    path.end.kind === 'outcome' && path.states.at(-1) === state ? [path.end.outcome] : [],
  );
}

/**
 * What holds for every scenario machine: each state is entered by some path; trouble of the board ends inconclusive
 * without a claim; trouble of the bench always escapes; a pass says how the attack reached its aim (`unproven: 'allowed'`
 * where the engine must turn some passes down); texts are filled.
 */
export function assertSound(
  walk: Walk,
  { unproven = 'forbidden' }: { unproven?: 'allowed' | 'forbidden' } = {},
): void {
  assert.deepEqual(walk.unreached, [], 'unreached states');
  for (const { steps, states, end } of walk.paths) {
    const where = steps.join(', ');
    const last = steps.at(-1) ?? '';
    assert.equal(end.kind === 'escaped', last.endsWith('bench error'), where);
    if (end.kind === 'escaped') {
      assert.ok(isAssayError(end.error) && end.error.fault === 'bench', where);
      continue;
    }
    const { outcome } = end;
    assert.ok(outcome.rule.length > 0 && outcome.expected.length > 0 && outcome.observed.length > 0, where);
    assert.ok(
      !/undefined|\[object|NaN/.test(
        [outcome.rule, outcome.expected, outcome.observed, outcome.reached].join(' '),
      ),
      `${where}: ${outcome.observed}`,
    );
    if (last.endsWith('peer error')) {
      assert.equal(states.at(-1), 'noAnswer', where);
      assert.equal(outcome.verdict, 'inconclusive', where);
    }
    if (outcome.verdict === 'pass' && unproven === 'forbidden') assert.notEqual(outcome.reached, null, where);
  }
}

/** All verdicts of the outcomes in this state are this one, and there is at least one. */
export function assertVerdict(walk: Walk, state: string, verdict: Outcome['verdict']): void {
  const outcomes = outcomesIn(walk, state);
  assert.ok(outcomes.length > 0, `no path ends in ${state}`);
  for (const outcome of outcomes) assert.equal(outcome.verdict, verdict, `${state}: ${outcome.observed}`);
}
