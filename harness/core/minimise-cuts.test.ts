import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Cut, CutObservation } from '#core/cut-sweep.ts';
import { bySimplicity, minimiseCuts } from '#core/minimise-cuts.ts';
import { TEARS } from '#core/tear.ts';

function observed(cuts: readonly Cut[]): CutObservation {
  const [first, ...later] = cuts.map((cut) => ({ ...cut, kind: 'write' as const, address: 0, length: 8 }));
  return {
    ...(first as CutObservation),
    later,
    boots: [],
    settledAfter: 1,
    work: 0,
    updatable: true,
    left: '',
    state: '',
    recognised: false,
  };
}

const cutOf = fc.record({ operation: fc.nat(9), tear: fc.constantFrom(...TEARS), seed: fc.nat(9) });
const sequences = fc.array(cutOf, { minLength: 1, maxLength: 3 });

/** A board that fails whenever its second operation is torn, whatever else happens. */
const fragile = {
  attempt: (cuts: readonly Cut[]) => Promise.resolve(observed(cuts)),
  breaks: ({ operation, tear, later = [] }: CutObservation) =>
    [{ operation, tear }, ...later].some((cut) => cut.operation === 2 && cut.tear !== 'before'),
};

describe('minimiseCuts', () => {
  it('orders sequences: fewer cuts, earlier operations, simpler tears, smaller seeds', () => {
    const simple = { operation: 3, tear: 'before', seed: 5 } as const;
    const inOrder: readonly (readonly Cut[])[] = [
      [{ operation: 2, tear: 'weak-bits', seed: 9 }],
      [{ operation: 3, tear: 'before', seed: 4 }],
      [simple],
      [{ operation: 3, tear: 'prefix', seed: 0 }],
      [simple, simple],
    ];
    assert.deepEqual(inOrder.toReversed().toSorted(bySimplicity), inOrder);
  });

  it('comes down to one cut, at a boundary', async () => {
    const long: readonly Cut[] = [
      { operation: 7, tear: 'prefix', seed: 3 },
      { operation: 2, tear: 'weak-bits', seed: 8 },
    ];
    const shortest = await minimiseCuts([observed(long)], fragile);
    assert.deepEqual(
      [shortest?.cut.operation, shortest?.cut.tear, shortest?.cut.seed, shortest?.cut.later],
      [2, 'after', 0, []],
    );
  });

  it('gives nothing where nothing failed', async () => {
    assert.equal(await minimiseCuts([], fragile), null);
  });

  it('always gives a sequence that fails, and none that was harder', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sequences, { minLength: 1, maxLength: 4 }), async (all) => {
        const found = all.map(observed).filter(fragile.breaks);
        fc.pre(found.length > 0);
        const shortest = await minimiseCuts(found, fragile);
        assert.ok(shortest !== null && fragile.breaks(shortest.cut));
        const cuts = (cut: CutObservation): readonly Cut[] => [cut, ...(cut.later ?? [])];
        assert.ok(found.every((cut) => bySimplicity(cuts(shortest.cut), cuts(cut)) <= 0));
      }),
    );
  });
});
