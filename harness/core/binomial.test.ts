import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InternalError } from '#core/errors.ts';
import { boundSentence, failureBound, percentUp } from '#core/binomial.ts';

const near = (actual: number, expected: number, digits: number) =>
  assert.ok(Math.abs(actual - expected) < 0.5 * 10 ** -digits, `${actual} is not ${expected}`);

describe('core/binomial', () => {
  // Wilks' sample sizes for 95 % content with 95 % confidence: 59, 93, 124, 153 and 181 trials for 0 to 4 failures.
  const wilks: readonly (readonly [number, number])[] = [
    [0, 59],
    [1, 93],
    [2, 124],
    [3, 153],
    [4, 181],
  ];
  for (const [failures, trials] of wilks) {
    it(`needs ${trials} trials to show 5 % at 95 % with ${failures} failures`, () => {
      assert.ok(failureBound(failures, trials).upper <= 0.05);
      assert.ok(failureBound(failures, trials - 1).upper > 0.05);
    });
  }

  it('gives the textbook values of Clopper and Pearson', () => {
    // Two-sided 95 % intervals have the one-sided 97.5 % bound as their upper end.
    near(failureBound(4, 20, 0.975).upper, 0.4366, 4);
    near(failureBound(1, 10, 0.975).upper, 0.445, 3);
    near(failureBound(0, 10, 0.975).upper, 0.3085, 4);
    near(failureBound(0, 10).upper, 0.2589, 4);
    near(failureBound(0, 299, 0.95).upper, 0.00997, 5);
  });

  it('keeps the rule of three, and stays exact for many trials', () => {
    near(failureBound(0, 1_000_000).upper * 1_000_000, 2.9957, 4);
    const { upper } = failureBound(250, 200_000);
    assert.ok(upper > 250 / 200_000 && upper < 1.2 * (250 / 200_000), String(upper));
  });

  it('knows nothing without trials, and everything failed stays possible', () => {
    assert.equal(failureBound(0, 0).upper, 1);
    assert.equal(failureBound(7, 7).upper, 1);
  });

  it('falls with trials and rises with failures', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), (trials, some) => {
        const failures = some % trials;
        const here = failureBound(failures, trials).upper;
        assert.ok(here > failures / trials && here <= 1);
        assert.ok(failureBound(failures, trials + 1).upper <= here + 1e-12);
        assert.ok(failureBound(failures + 1, trials + 1).upper >= here);
      }),
    );
  });

  it('refuses what are no counts', () => {
    for (const [failures, trials, confidence] of [
      [2, 1, 0.95],
      [-1, 3, 0.95],
      [0.5, 3, 0.95],
      [0, 3, 1],
    ] as const) {
      assert.throws(() => failureBound(failures, trials, confidence), InternalError);
    }
  });

  it('rounds up, never down', () => {
    assert.equal(percentUp(0.0495), '5.0 %');
    assert.equal(percentUp(0.04901), '5.0 %');
    assert.equal(percentUp(0.25887), '26 %');
    assert.equal(percentUp(0.000299), '0.030 %');
    assert.equal(percentUp(1), '100 %');
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), (p) => {
        assert.ok(Number.parseFloat(percentUp(p)) / 100 >= p - 1e-12);
      }),
    );
  });

  it('says what was shown and what was not', () => {
    const text = boundSentence(failureBound(0, 59));
    assert.match(text, /^0 failures in 59 cuts: .* below 5\.0 %, with 95 % confidence; .*did not reach\.$/);
    assert.match(boundSentence(failureBound(1, 93)), /^1 failure in 93 cuts/);
    assert.match(boundSentence(failureBound(0, 0)), /nothing is known/);
  });
});
