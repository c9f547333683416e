import { equal, match } from 'node:assert/strict';
import { conclude, type ControlResult, type Outcome } from '#core/outcome.ts';

const passed: ControlResult = { scenario: 'control/update/smp', verdict: 'pass', head: 'a'.repeat(64) };
const outcome: Outcome = {
  verdict: 'pass',
  rule: 'the old image runs again',
  expected: 'old',
  observed: 'old',
  reached: 'the new image ran',
};

describe('conclude', () => {
  it('lets an earned pass stand', () => {
    equal(conclude(outcome, passed).verdict, 'pass');
    equal(conclude(outcome, 'is-control').verdict, 'pass');
  });

  it('refuses a pass of an attack that never reached its state', () => {
    const concluded = conclude({ ...outcome, reached: null }, passed);
    equal(concluded.verdict, 'inconclusive');
    match(concluded.rule, /never reached/);
  });

  for (const verdict of ['fail', 'error', 'inconclusive', 'not-applicable'] as const) {
    it(`lets neither pass nor fail stand on a control that gave ${verdict}`, () => {
      const control = { ...passed, verdict };
      equal(conclude(outcome, control).verdict, 'inconclusive');
      equal(conclude({ ...outcome, verdict: 'fail' }, control).verdict, 'inconclusive');
    });
  }

  it('keeps a fail that a passed control backs, reached or not', () => {
    equal(conclude({ ...outcome, verdict: 'fail', reached: null }, passed).verdict, 'fail');
  });

  it('keeps not-applicable whatever the control gave', () => {
    equal(
      conclude({ ...outcome, verdict: 'not-applicable' }, { ...passed, verdict: 'error' }).verdict,
      'not-applicable',
    );
  });
});
