import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { buildMcubootImage } from '#codecs/mcuboot-build.ts';
import { isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { padMcubootImage } from '#codecs/mcuboot-pad.ts';
import { readSwapState, trailerOffsets, trailerSize, type TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { UsageError } from '#core/errors.ts';

const shape: TrailerShape = { slotSize: 0x4000, maxAlign: 8, writeSize: 4, maxSectors: 32 };
const image = buildMcubootImage({ version: versionOf('1.0.0'), payload: new Uint8Array(100), key: null });

const anyShape = fc.record(
  {
    slotSize: fc.constantFrom(0x4000, 0x8000),
    maxAlign: fc.constantFrom(8, 16, 32),
    writeSize: fc.constantFrom(1, 2, 4, 8),
    maxSectors: fc.integer({ min: 1, max: 64 }),
    mode: fc.constantFrom('swap' as const, 'swap-offset' as const, 'overwrite' as const),
    keyLength: fc.constantFrom(0, 16, 32, 113),
    erased: fc.constantFrom(0, 0xff),
  },
  { noNullPrototype: true },
);

describe('MCUboot trailer of every mode', () => {
  it('has the sizes that bootutil computes', () => {
    const nrf = { slotSize: 0x76000, maxAlign: 8, writeSize: 4, maxSectors: 128 };
    assert.equal(trailerSize({ ...nrf, mode: 'swap-offset' }), 1080);
    assert.equal(trailerSize({ ...nrf, mode: 'overwrite' }), 40);
    assert.equal(trailerSize({ ...nrf, keyLength: 16 }), 1584 + 32);
    assert.equal(trailerSize({ ...nrf, maxAlign: 32, keyLength: 113 }), 1536 + 160 + 256);
  });

  it('places the cells of offset mode and of encryption from the end', () => {
    const end = shape.slotSize;
    const offset = trailerOffsets({ ...shape, mode: 'swap-offset' });
    assert.deepEqual([offset.unprotectedSizes, offset.swapSize], [end - 48, end - 56]);
    assert.deepEqual(trailerOffsets({ ...shape, keyLength: 16 }).keys, [end - 64, end - 80]);
    assert.equal(trailerOffsets(shape).keys, undefined);
  });
});

describe('MCUboot image in its slot', () => {
  it('asks for a trial, or to stay, in every shape; the image is what it was', () => {
    fc.assert(
      fc.property(anyShape, fc.constantFrom('pending' as const, 'confirmed' as const), (drawn, what) => {
        const slot = padMcubootImage(image, drawn, what);
        assert.equal(slot.length, drawn.slotSize);
        const state = readSwapState(slot, drawn);
        assert.equal(state.magic, 'good');
        assert.equal(state.copyDone, 'unset');
        assert.equal(state.imageOk, what === 'confirmed' && drawn.mode !== 'overwrite' ? 'set' : 'unset');
        assert.deepEqual(slot.subarray(0, image.length), image);
        const parsed = parseMcubootImage(slot);
        if (isDefect(parsed)) assert.fail(parsed.defect);
        assert.equal(parsed.rest.length, slot.length - image.length);
      }),
    );
  });

  it('refuses an image that reaches into the trailer, and not one that just does not', () => {
    const room = shape.slotSize - trailerSize(shape);
    assert.equal(padMcubootImage(new Uint8Array(room), shape, 'pending').length, shape.slotSize);
    assert.throws(() => padMcubootImage(new Uint8Array(room + 1), shape, 'pending'), UsageError);
    assert.throws(() => padMcubootImage(image, { ...shape, slotSize: 64 }, 'pending'), UsageError);
  });
});
