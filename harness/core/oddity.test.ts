import assert from 'node:assert/strict';
import type { CutObservation, CutPlace } from '#core/cut-sweep.ts';
import { oddityOf, type OddCut, type Oddity } from '#core/oddity.ts';

const known: OddCut = {
  rule: 'some-image-boots',
  phase: 'upgrade',
  kind: 'write',
  tears: ['half-programmed'],
  from: 0x81fe8,
  to: 0x81fec,
};

const place: CutPlace = {
  operation: 1,
  tear: 'half-programmed',
  seed: 0,
  kind: 'write',
  address: 0x81fe8,
  length: 4,
};

const elsewhere: CutPlace = { ...place, tear: 'before', address: 0xc000 };

const cut = (first: CutPlace, ...later: readonly CutPlace[]): CutObservation => ({
  ...first,
  later,
  boots: [],
  settledAfter: 0,
  updatable: false,
  left: '',
  state: '',
  work: 0,
  recognised: false,
});

const oddity = (odd: Partial<OddCut> = {}): Oddity => ({
  id: 'quirk',
  text: '',
  reference: '',
  shows: [{ ...known, ...odd }],
});

describe('a documented oddity', () => {
  it('is what its one kind of cut shows', () => {
    const one = oddity();
    assert.equal(oddityOf([one], 'some-image-boots', 'upgrade', cut(place)), one);
  });

  const others: readonly (readonly [string, Partial<CutPlace>])[] = [
    ['another kind of operation', { kind: 'erase' }],
    ['another way of tearing', { tear: 'prefix' }],
    ['the address before', { address: 0x81fe4 }],
    ['the address behind', { address: 0x81fec }],
  ];
  for (const [what, change] of others) {
    it(`is not shown by ${what}`, () => {
      const observed = cut({ ...place, ...change });
      assert.equal(oddityOf([oddity()], 'some-image-boots', 'upgrade', observed), undefined);
    });
  }

  it('excuses no other rule', () => {
    assert.equal(oddityOf([oddity()], 'settles', 'upgrade', cut(place)), undefined);
  });

  it('is not shown by a first cut in another phase', () => {
    assert.equal(oddityOf([oddity()], 'some-image-boots', 'revert', cut(place)), undefined);
    assert.equal(oddityOf([oddity()], 'some-image-boots', 'revert', cut(place, elsewhere)), undefined);
  });

  it('is shown by a later cut, whatever phase the recovery is in by then', () => {
    const one = oddity();
    assert.equal(oddityOf([one], 'some-image-boots', 'upload', cut(elsewhere, place)), one);
  });

  it('that takes two cuts is not shown by one', () => {
    const two = oddity({ takes: 2 });
    assert.equal(oddityOf([two], 'some-image-boots', 'upgrade', cut(place)), undefined);
    assert.equal(oddityOf([two], 'some-image-boots', 'upgrade', cut(place, elsewhere)), two);
    assert.equal(oddityOf([two], 'some-image-boots', 'upgrade', cut(elsewhere, place)), two);
  });
});
