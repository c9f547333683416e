import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BLOCK, isFileSeal, sealOf } from '#engine/bundle/file-seal.ts';
import { locate } from '#engine/bundle/locate.ts';

const file = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

function placeOf(before: Uint8Array, after: Uint8Array) {
  return locate(() => [after], sealOf([before]), sealOf([after]));
}

describe('seal of a file', () => {
  it('keeps Adler-32 per block as RFC 1950 defines it', () => {
    const { size, sums } = sealOf([new TextEncoder().encode('Wikipedia')]);
    assert.deepEqual([size, sums], [9, '11e60398']);
    assert.equal(sealOf([new Uint8Array(BLOCK + 1)]).sums.length, 16);
    assert.equal(sealOf([]).sums, '');
  });

  it('does not depend on the pieces that a file comes in', () => {
    const bytes = file(3 * BLOCK + 17);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 5 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        assert.deepEqual(sealOf(pieces), sealOf([bytes]));
        assert.ok(isFileSeal(sealOf(pieces)));
      }),
      { numRuns: 20 },
    );
  });
});

describe('the first byte that does not fit', () => {
  it('is named for any one altered byte, with what it was', () => {
    const before = file(2 * BLOCK + 100);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: before.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const after = Uint8Array.from(before);
          const was = after[at] ?? 0;
          after[at] = was ^ change;
          assert.deepEqual(placeOf(before, after), { from: at, to: at + 1, was, is: was ^ change });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is narrowed to its block where several were altered, and never named wrongly', () => {
    const before = file(3 * BLOCK);
    const after = Uint8Array.from(before);
    after[BLOCK + 5] = (after[BLOCK + 5] ?? 0) ^ 1;
    after[BLOCK + 900] = (after[BLOCK + 900] ?? 0) ^ 1;
    assert.deepEqual(placeOf(before, after), { from: BLOCK, to: 2 * BLOCK });
    const swapped = Uint8Array.from(before);
    [swapped[0], swapped[1]] = [before[1] ?? 0, before[0] ?? 0];
    assert.deepEqual(placeOf(before, swapped), { from: 0, to: BLOCK });
  });

  it('is the end where a file was cut at a block, or grew', () => {
    const before = file(2 * BLOCK);
    assert.deepEqual(placeOf(before, before.subarray(0, BLOCK)), { from: BLOCK, to: 2 * BLOCK });
    assert.deepEqual(placeOf(before, Uint8Array.of(...before, 1)), { from: 2 * BLOCK, to: 2 * BLOCK + 1 });
  });
});
