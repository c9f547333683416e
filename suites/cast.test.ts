import assert from 'node:assert/strict';
import { esp32Devkitc, esp32DevkitcFactory } from '../boards/esp32-devkitc/board.ts';
import { facts as nrf } from '../boards/nrf52840-dk/facts.ts';
import { areaAfter, castImage, forgedImage, mainPath, updateImage } from './cast.ts';

describe('suites/cast', () => {
  it('builds an image once per seed and spec, and another for every other', () => {
    const update = updateImage(nrf, { seed: 7 });
    assert.equal(updateImage(nrf, { seed: 7 }), update);
    assert.notEqual(updateImage(nrf, { seed: 8 }).buildId, update.buildId);
    const crashes = castImage(nrf, { seed: 7 }, { version: '1.3.0', behaviour: 'crashes' });
    assert.notEqual(crashes.identity, update.identity);
    assert.notEqual(update.buildId, nrf.firmware.golden.buildId);
  });

  for (const board of [nrf, esp32Devkitc]) {
    it(`${board.id}: a forged image goes by its own bytes`, () => {
      const base = updateImage(board, { seed: 7 });
      const other = castImage(board, { seed: 7 }, { version: '1.4.0' });
      const forged = forgedImage(board, 'forged', base, other.bytes);
      assert.equal(forged.identity, other.identity);
      assert.equal(forged.digest, other.digest);
      assert.equal(forgedImage(board, 'rubbish', base, new Uint8Array(7)).identity, base.identity);
    });
  }

  it('knows where the next update goes', () => {
    assert.equal(areaAfter(nrf, 0), 'slot1');
    assert.equal(areaAfter(nrf, 1), 'slot1');
    assert.deepEqual([areaAfter(esp32Devkitc, 0), areaAfter(esp32Devkitc, 1)], ['ota_0', 'ota_1']);
    assert.deepEqual(
      [areaAfter(esp32DevkitcFactory, 0), areaAfter(esp32DevkitcFactory, 1)],
      ['ota_1', 'ota_0'],
    );
    assert.deepEqual([mainPath(nrf), mainPath(esp32Devkitc)], ['smp', 'https']);
  });
});
