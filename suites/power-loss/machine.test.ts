import assert from 'node:assert/strict';
import type { BootObserved, CutObservation } from '#core/cut-sweep.ts';
import { walk } from '#core/paths.ts';
import { golden, update } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { expectations, judgeCut, judgeSweep, type Invariant, type SweepRules } from './invariants.ts';
import { powerLossMachine } from './machine.ts';

const OLD: BootObserved = { identity: golden.identity, slot: 'slot0', confirmed: true };
const NEW: BootObserved = { identity: update.identity, slot: 'slot0', confirmed: true };
const NOTHING: BootObserved = { identity: null, slot: '', confirmed: false };
const OTHER: BootObserved = { identity: 'ff'.repeat(32), slot: 'slot0', confirmed: true };

const rules: SweepRules = {
  phase: 'upgrade',
  before: golden.identity,
  update: update.identity,
  acceptable: true,
};

function cut(boots: readonly BootObserved[], rest: Partial<CutObservation> = {}): CutObservation {
  return {
    operation: 3,
    kind: 'write',
    address: 0x81fe8,
    length: 8,
    tear: 'half-programmed',
    seed: 7,
    boots,
    settledAfter: 1,
    updatable: true,
    left: 'cc',
    state: 'aa',
    recognised: false,
    ...rest,
  };
}

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
    readonly rules?: Partial<SweepRules>;
  }[] = [
    { invariant: 'some-image-boots', cut: cut([OLD, NOTHING, OLD]) },
    { invariant: 'some-image-boots', cut: cut([]) },
    { invariant: 'old-or-new', cut: cut([OLD, OTHER, OLD]) },
    { invariant: 'rejected-never-runs', cut: cut([NEW, OLD, OLD]), rules: { acceptable: false } },
    { invariant: 'confirmed-stays', cut: cut([NEW, NEW, OLD]) },
    { invariant: 'settles', cut: cut([OLD, OLD, OLD], { settledAfter: 3 }) },
    { invariant: 'revert-ends-old', cut: cut([NEW, NEW, NEW]), rules: { phase: 'revert' } },
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

  it('says what is expected of the phase at hand', () => {
    const upgrade = expectations(rules);
    assert.ok(!upgrade.includes('return to the old image') && !upgrade.includes('must refuse'), upgrade);
    assert.ok(expectations({ phase: 'revert', acceptable: true }).includes('return to the old image'));
    assert.ok(expectations({ phase: 'upload', acceptable: false }).includes('must refuse never runs'));
  });

  it('finds the first of several broken cuts and counts them', () => {
    const cuts = [cut([OLD, OLD, OLD]), cut([NOTHING], { operation: 8 }), cut([NOTHING], { operation: 9 })];
    const { first, broken: count } = judgeSweep(cuts, rules);
    assert.equal(first?.cut.operation, 8);
    assert.equal(count, 2);
  });
});

describe('suites/power-loss', () => {
  const summary = {
    operations: 9,
    writes: 6,
    erases: 3,
    traceDigest: 'ab'.repeat(32),
    before: golden.identity,
    update: update.identity,
    cuts: 1,
    judged: 1,
    recognised: 0,
    states: 1,
    endStates: 1,
    byTear: {},
    byDepth: [],
    complete: true,
    wear: null,
  };
  const result = walk(
    powerLossMachine,
    {
      phase: 'upgrade',
      update,
      acceptable: true,
      rounds: [
        { tears: ['before', 'prefix', 'after'], seed: 7 },
        { tears: ['prefix'], seed: 8 },
      ],
    },
    {
      sweepCuts: [
        { summary, cuts: [cut([OLD, OLD, OLD]), cut([NEW, NEW, NEW], { state: 'bb' })] },
        { summary, cuts: [cut([OLD, OLD, OLD]), cut([NOTHING, NOTHING, NOTHING], { kind: 'erase' })] },
        { summary, cuts: [cut([NOTHING], { kind: 'fuse', address: 2 })] },
        { summary: { ...summary, operations: 0, cuts: 0 }, cuts: [] },
      ],
    },
  );

  it('passes only when every cut recovered', () => {
    assertSound(result);
    assertVerdict(result, 'recovered', 'pass');
    assertVerdict(result, 'broken', 'fail');
    assertVerdict(result, 'untouched', 'inconclusive');
    const [outcome] = outcomesIn(result, 'recovered');
    assert.equal(outcome?.coverage?.cases, 4, 'two rounds of two cuts');
    assert.equal(outcome?.coverage?.detail?.['seeds'], '7 8');
    assert.equal(outcome?.coverage?.detail?.['distinct end states'], 2);
  });

  it('names the operation, the address, the tear and what booted', () => {
    const texts = outcomesIn(result, 'broken').map((outcome) => outcome.observed);
    assert.ok(texts.some((text) => text.includes('inside operation 3 (erase of 8 bytes at 0x81fe8, half-programmed)')));
    assert.ok(texts.some((text) => text.includes('fuse word 2')));
    assert.ok(texts.every((text) => text.includes('ran no image')));
  });
});
