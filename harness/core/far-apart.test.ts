import assert from 'node:assert/strict';
import { farApart } from '#core/far-apart.ts';

describe('core/far-apart', () => {
  it('goes to the middle, then to the quarters', () => {
    assert.deepEqual(farApart(8), [0, 4, 2, 6, 1, 5, 3, 7]);
    assert.deepEqual(farApart(6), [0, 4, 2, 1, 5, 3]);
  });

  for (const length of [0, 1, 2, 3, 100, 257]) {
    it(`has each of ${length} numbers once`, () => {
      const all = Array.from({ length }, (_, number) => number);
      assert.deepEqual(
        farApart(length).toSorted((a, b) => a - b),
        all,
      );
    });
  }
});
