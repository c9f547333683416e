import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { InternalError } from '#core/errors.ts';
import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import {
  decodeFlag,
  decodeMagic,
  decodeSwapInfo,
  encodeTrailer,
  readSwapState,
  type SwapState,
  type SwapType,
  trailerMagic,
  trailerOffsets,
  type TrailerShape,
  trailerSize,
} from '#codecs/mcuboot-trailer.ts';

const nrf: TrailerShape = { slotSize: 0x76000, maxAlign: 8, writeSize: 4, maxSectors: 128 };
const espressif: TrailerShape = { slotSize: 0x150000, maxAlign: 32, writeSize: 4, maxSectors: 512 };

describe('MCUboot trailer', () => {
  it('has the documented size and places', () => {
    assert.equal(trailerSize(nrf), 1584);
    assert.equal(trailerSize(espressif), 6304);
    assert.equal(trailerSize({ ...espressif, writeSize: 32 }), 49_312);
    const end = nrf.slotSize;
    assert.deepEqual(trailerOffsets(nrf), {
      magic: end - 16,
      imageOk: end - 24,
      copyDone: end - 32,
      swapInfo: end - 40,
      swapSize: end - 48,
      status: end - 1584,
    });
    assert.equal(trailerOffsets(espressif).imageOk, espressif.slotSize - 64);
  });

  it('has a magic for each alignment, bad to boot loaders of another', () => {
    assert.equal(Buffer.from(trailerMagic(8)).toString('hex'), '77c295f360d2ef7f3552500f2cb67980');
    assert.equal(Buffer.from(trailerMagic(16)).toString('hex'), '10002de15d29410b8d77679c110f1f8a');
    assert.equal(decodeMagic(trailerMagic(8), 8), 'good');
    assert.equal(decodeMagic(trailerMagic(16), 8), 'bad');
    assert.equal(decodeMagic(new Uint8Array(16).fill(0xff), 8), 'unset');
  });

  it('decodes flags and swap_info by their first byte', () => {
    assert.deepEqual(
      [0xff, 1, 0, 2, 3, 0xfe].map((byte) => decodeFlag(byte)),
      ['unset', 'set', 'bad', 'bad', 'bad', 'bad'],
    );
    assert.deepEqual(decodeSwapInfo(0xff), { swapType: 'none', imageNumber: 0 });
    assert.deepEqual(decodeSwapInfo(0x12), { swapType: 'test', imageNumber: 1 });
    assert.deepEqual(decodeSwapInfo(5), { swapType: 'none', imageNumber: 0 });
    assert.deepEqual(decodeSwapInfo(0), { swapType: 'none', imageNumber: 0 });
  });

  it('reads back what was written, in every alignment', () => {
    const content = fc.record(
      { magic: fc.boolean(), imageOk: fc.nat(255), copyDone: fc.nat(255), align: fc.constantFrom(8, 16, 32) },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(content, fc.constantFrom('test', 'perm', 'revert'), ({ align, ...fields }, swapType) => {
        const shape = { ...nrf, slotSize: 8192, maxAlign: align };
        const slot = new Uint8Array(shape.slotSize).fill(0xff);
        const { offset, bytes } = encodeTrailer(shape, { ...fields, swapType });
        slot.set(bytes, offset);
        assert.deepEqual(readSwapState(slot, shape), {
          magic: fields.magic ? 'good' : 'unset',
          swapType,
          imageNumber: 0,
          copyDone: decodeFlag(fields.copyDone),
          imageOk: decodeFlag(fields.imageOk),
        });
      }),
    );
  });

  it('refuses a slot that cannot hold it', () => {
    assert.throws(() => trailerOffsets({ ...nrf, slotSize: 1583 }), InternalError);
  });
});

describe('MCUboot swap type', () => {
  const empty: SwapState = {
    magic: 'unset',
    swapType: 'none',
    imageNumber: 0,
    copyDone: 'unset',
    imageOk: 'unset',
  };
  const rows: readonly [string, Partial<SwapState>, Partial<SwapState>, SwapType][] = [
    ['factory, no trailer', {}, {}, 'none'],
    ['test pending', {}, { magic: 'good' }, 'test'],
    ['permanent pending', {}, { magic: 'good', imageOk: 'set' }, 'perm'],
    ['test image unconfirmed', { magic: 'good', copyDone: 'set' }, {}, 'revert'],
    ['test image confirmed', { magic: 'good', copyDone: 'set', imageOk: 'set' }, {}, 'none'],
    ['request over an unconfirmed image', { magic: 'good', copyDone: 'set' }, { magic: 'good' }, 'test'],
    ['torn request', {}, { magic: 'bad' }, 'none'],
    ['request with a damaged image_ok', {}, { magic: 'good', imageOk: 'bad' }, 'none'],
    ['torn copy_done', { magic: 'good', copyDone: 'bad' }, {}, 'none'],
    ['torn image_ok', { magic: 'good', copyDone: 'set', imageOk: 'bad' }, {}, 'none'],
    ['swap under way', { magic: 'good' }, {}, 'none'],
  ];
  for (const [name, primary, secondary, expected] of rows) {
    it(`${name}: ${expected}`, () => {
      assert.equal(swapTypeOf({ ...empty, ...primary }, { ...empty, ...secondary }), expected);
    });
  }
});
