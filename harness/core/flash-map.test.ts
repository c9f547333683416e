import assert from 'node:assert/strict';
import { flashMap } from '#core/flash-map.ts';

const PAGE = 16;
const image = (seed: number, length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 251);
const before = image(1, 40);
const update = image(100, 33);
const areas = [
  { name: 'slot0', offset: 0, size: 96 },
  { name: 'slot1', offset: 96, size: 64 },
  { name: 'spare', offset: 160, size: 32 },
];

describe('map of a flash', () => {
  it('tells pages by the image that they come from, moved or not, whole or begun', () => {
    const flash = new Uint8Array(192).fill(0xff);
    flash.set(before.subarray(0, 16), 0);
    flash.set(before, 16);
    flash.set(update.subarray(0, 16), 96);
    flash.set(update.subarray(16, 22), 112);
    flash.set([1, 2, 3], 144);
    const map = flashMap(flash, PAGE, areas, { before, update }, []);
    assert.deepEqual(
      map.areas.map(({ name, runs }) => [name, runs]),
      [
        [
          'slot0',
          [
            { address: 0, pages: 1, holds: 'old', from: 0 },
            { address: 16, pages: 3, holds: 'old', from: 0 },
            { address: 64, pages: 2, holds: 'blank' },
          ],
        ],
        [
          'slot1',
          [
            { address: 96, pages: 1, holds: 'new', from: 0 },
            { address: 112, pages: 1, holds: 'new-part', from: 1 },
            { address: 128, pages: 1, holds: 'blank' },
            { address: 144, pages: 1, holds: 'other' },
          ],
        ],
      ],
    );
  });

  it('leaves blank areas out, but not one that is told of', () => {
    const flash = new Uint8Array(192).fill(0xff);
    const note = { area: 'spare', field: 'flag', address: 160, reads: 'not set', damaged: false };
    const map = flashMap(flash, PAGE, areas, { before, update }, [note]);
    assert.deepEqual(
      map.areas.map(({ name }) => name),
      ['spare'],
    );
    assert.deepEqual(map.notes, [note]);
  });
});
