import assert from 'node:assert/strict';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import {
  NRF52840_LAYOUT,
  REFERENCE_RAM,
  referenceChipOf,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';

const { start, size } = REFERENCE_RAM;
const { secondary } = NRF52840_LAYOUT;

function chipWith(mode: 'ram-load' | 'ram-load-revert', image: Uint8Array) {
  const chip = referenceChipOf(profileWith({ mode }));
  assert.equal(chip.boot().app?.version, '1.2.0');
  chip.images.erase(image.length);
  chip.images.write(0, image);
  chip.images.setPending(null, false);
  return chip;
}

function newer(ramAddress?: number) {
  const manner = ramAddress === undefined ? {} : { ramAddress };
  return referenceImage({ version: '1.3.0', counter: 3, manner });
}

describe('virtual/mcuboot RAM-load', () => {
  it('copies the newest image to its address and runs it there', () => {
    const chip = chipWith('ram-load', newer(start + 0x800));
    const { app, log } = chip.boot();
    assert.deepEqual([app?.version, app?.slot], ['1.3.0', 'slot1']);
    assert.ok(log.includes('I: Image 0 RAM loading to 0x20010800 is succeeded.'));
    assert.ok(log.includes('I: Bootloader chainload address offset: 0x20010800'));
    assert.equal(storedCounter(chip.storage), 3);
  });

  it('erases an image that is none for RAM, or for RAM that it must not use', () => {
    for (const address of [undefined, start - 4, start + size - 0x400, 0xffff_f000]) {
      const chip = chipWith('ram-load', newer(address));
      const { app, log } = chip.boot();
      assert.equal(app?.version, '1.2.0');
      assert.ok(log.includes('I: Removing image 0 slot 1 from flash'));
      assert.equal(chip.storage.bytes[secondary.offset], 0xff);
    }
  });

  it('wipes from RAM what does not hold there, and runs the other slot', () => {
    const image = newer(start).slice();
    image[700] = (image[700] ?? 0) ^ 1;
    const { app, log } = chipWith('ram-load', image).boot();
    assert.equal(app?.version, '1.2.0');
    assert.ok(log.includes('I: Removing image 0 from SRAM at address 0x20010000'));
  });

  it('raises the counter for an image on trial, so that none is left when it is given up', () => {
    const chip = chipWith('ram-load-revert', newer(start));
    assert.deepEqual([chip.boot().app?.version, storedCounter(chip.storage)], ['1.3.0', 3]);
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.ok(log.some((line) => line.includes('value 2 lower than monotonic value 3')));
  });
});
