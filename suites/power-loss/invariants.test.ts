import assert from 'node:assert/strict';
import type { CutObservation } from '#core/cut-sweep.ts';
import { cut, NEW, NOTHING, OLD, OTHER, rules } from './cuts.fixture.ts';
import { type CutRules, expectations, type Invariant, judgeCut } from './invariants.ts';

describe('suites/power-loss/invariants', () => {
  const sound = [
    { why: 'the old image stays', boots: [OLD, OLD, OLD] },
    { why: 'the new image stays', boots: [NEW, NEW, NEW] },
    { why: 'an unconfirmed trial goes back', boots: [{ ...NEW, confirmed: false }, OLD, OLD] },
  ];
  for (const { why, boots } of sound) {
    it(`accepts: ${why}`, () => {
      assert.equal(judgeCut(cut(boots), rules), null);
    });
  }

  const broken: readonly {
    readonly invariant: Invariant;
    readonly cut: CutObservation;
    readonly rules?: Partial<CutRules>;
  }[] = [
    { invariant: 'some-image-boots', cut: cut([OLD, NOTHING, OLD]) },
    { invariant: 'some-image-boots', cut: cut([]) },
    { invariant: 'old-or-new', cut: cut([OLD, OTHER, OLD]) },
    { invariant: 'rejected-never-runs', cut: cut([NEW, OLD, OLD]), rules: { acceptable: false } },
    { invariant: 'confirmed-stays', cut: cut([NEW, NEW, OLD]) },
    { invariant: 'settles', cut: cut([OLD, OLD, OLD], { settledAfter: 3 }) },
    { invariant: 'trial-ends-old', cut: cut([NEW, NEW, NEW]), rules: { confirms: false } },
    { invariant: 'still-updatable', cut: cut([OLD, OLD, OLD], { updatable: false }) },
  ];
  for (const { invariant, cut: bad, rules: changed } of broken) {
    it(`names ${invariant} (${bad.boots.length} boots)`, () => {
      const violation = judgeCut(bad, { ...rules, ...changed });
      assert.equal(violation?.invariant, invariant);
      assert.ok((violation?.what.length ?? 0) > 10);
    });
  }

  it('does not ask a board to install what it must refuse', () => {
    const refused = cut([OLD, OLD, OLD], { updatable: false });
    assert.equal(judgeCut(refused, { ...rules, acceptable: false }), null);
  });

  it('says what is expected of the update at hand', () => {
    const confirmed = expectations(rules);
    assert.ok(!confirmed.includes('nobody confirms') && !confirmed.includes('must refuse'), confirmed);
    assert.ok(expectations({ confirms: false, acceptable: true }).includes('nobody confirms'));
    assert.ok(expectations({ confirms: true, acceptable: false }).includes('must refuse never runs'));
  });
});
