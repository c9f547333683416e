import assert from 'node:assert/strict';
import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import { readSwapState } from '#codecs/mcuboot-trailer.ts';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { SOUND_PROFILE, trailerOf } from '#virtual/mcuboot/profile.ts';
import { Slot } from '#virtual/mcuboot/slot.ts';
import {
  writeCell,
  writeImageOk,
  writeMagic,
  writeSwapInfo,
  writeSwapSize,
} from '#virtual/mcuboot/trailer.ts';
import type { BootedApp } from '#virtual/silicon.ts';

function running(chip: McubootChip): BootedApp {
  const { app, log } = chip.boot();
  return app ?? assert.fail(log.join('\n'));
}

/** Flash operations of one boot. */
function counted(chip: McubootChip) {
  const count = { write: 0, erase: 0, fuse: 0 };
  chip.storage.onOperation = ({ kind }) => {
    count[kind] += 1;
  };
  running(chip);
  chip.storage.onOperation = null;
  return count;
}

function slots(chip: McubootChip) {
  const { primary, secondary } = NRF52840_LAYOUT;
  const slot = (area: typeof primary) => new Slot(chip.storage, area, trailerOf(SOUND_PROFILE));
  return [slot(primary), slot(secondary)] as const;
}

function trailers(chip: McubootChip) {
  const [primary, secondary] = slots(chip);
  return [
    readSwapState(primary.bytes, primary.shape),
    readSwapState(secondary.bytes, secondary.shape),
  ] as const;
}

const update = referenceImage({ version: '1.3.0', counter: 3, size: 9000, buildId: '00000000000000bb' });

describe('MCUboot chip', () => {
  it('boots golden without touching flash, in the boot loader’s words', () => {
    const chip = referenceChip();
    const { app, log } = chip.boot();
    assert.equal(app?.version, '1.2.0');
    assert.equal(app.confirmed, true);
    assert.equal(app.behaviour, 'healthy');
    assert.equal(chip.storage.operations, 0);
    assert.deepEqual(log, [
      '*** Booting MCUboot v2.4.0 ***',
      '*** Using Zephyr OS build v4.4.0 ***',
      'I: Starting bootloader',
      'I: Primary image: magic=unset, swap_type=0x1, copy_done=0x3, image_ok=0x3',
      'I: Secondary image: magic=unset, swap_type=0x1, copy_done=0x3, image_ok=0x3',
      'I: Boot source: none',
      'I: Image index: 0, Swap type: none',
      'I: Bootloader chainload address offset: 0xc000',
      'I: Image version: v1.2.0',
      'I: Jumping to the first image slot',
    ]);
  });

  it('tries an update, and reverts to the old image unless it is confirmed', () => {
    const chip = referenceChip();
    const golden = running(chip);
    chip.stage(golden, update);
    const trial = running(chip);
    assert.equal(trial.version, '1.3.0');
    assert.equal(trial.buildId, '00000000000000bb');
    assert.equal(trial.confirmed, false);
    assert.equal(swapTypeOf(...trailers(chip)), 'revert');
    const back = running(chip);
    assert.equal(back.identity, golden.identity);
    assert.equal(back.confirmed, true);
    assert.equal(running(chip).identity, golden.identity);
    assert.equal(storedCounter(chip.storage), 2);
  });

  it('keeps a confirmed update and moves the counter up at the next boot', () => {
    const chip = referenceChip();
    chip.stage(running(chip), update);
    const trial = running(chip);
    assert.equal(chip.confirm(trial), true);
    assert.equal(storedCounter(chip.storage), 2);
    assert.equal(running(chip).confirmed, true);
    assert.equal(storedCounter(chip.storage), 3);
    assert.equal(running(chip).identity, trial.identity);
    const [primary, secondary] = trailers(chip);
    assert.deepEqual(
      [primary.magic, primary.copyDone, primary.imageOk, secondary.magic],
      ['good', 'set', 'set', 'unset'],
    );
  });

  it('leaves the documented trailers after a permanent update, counter moved at once', () => {
    const chip = referenceChip();
    chip.stage(running(chip), update);
    const [, secondary] = slots(chip);
    secondary.eraseSector(secondary.trailerSector);
    assert.equal(chip.images.setPending(null, true), 0);
    assert.equal(running(chip).confirmed, true);
    assert.equal(storedCounter(chip.storage), 3);
    const [primary, other] = trailers(chip);
    assert.deepEqual(
      [primary.magic, primary.copyDone, primary.imageOk, other.magic],
      ['good', 'set', 'set', 'unset'],
    );
    assert.equal(running(chip).version, '1.3.0');
  });

  it('does exactly the flash operations that bootutil was measured to do', () => {
    const chip = referenceChip();
    chip.storage.load(factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage({ size: 42_784 }), 2));
    const golden = running(chip);
    chip.stage(golden, referenceImage({ version: '1.3.0', size: 46_928 }));
    const [, secondary] = slots(chip);
    writeImageOk(secondary);
    assert.deepEqual(counted(chip), { write: 185, erase: 38, fuse: 0 });
    assert.deepEqual(counted(chip), { write: 0, erase: 0, fuse: 0 });
  });

  it('does four operations more to begin a revert', () => {
    const chip = referenceChip();
    chip.stage(running(chip), referenceImage({ version: '1.3.0', size: 46_928 }));
    const upgrade = counted(chip);
    assert.deepEqual(upgrade, { write: 184, erase: 38, fuse: 0 });
    assert.deepEqual(counted(chip), { write: 188, erase: 39, fuse: 0 });
  });

  it('keeps the old image bit for bit through update and revert', () => {
    const chip = referenceChip();
    const before = chip.storage.bytes.slice(
      NRF52840_LAYOUT.primary.offset,
      NRF52840_LAYOUT.primary.offset + 0x3000,
    );
    chip.stage(running(chip), update);
    running(chip);
    running(chip);
    const { offset } = NRF52840_LAYOUT.primary;
    assert.deepEqual(chip.storage.bytes.slice(offset, offset + 0x3000), before);
  });

  it('boots nothing where the primary image is damaged, and says so', () => {
    const chip = referenceChip();
    chip.storage.write(NRF52840_LAYOUT.primary.offset + 0x400, new Uint8Array(4));
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.deepEqual(log.slice(-2), [
      'E: Image in the primary slot is not valid!',
      'E: Unable to find bootable image',
    ]);
  });
});

describe('MCUboot chip with a journal out of order', () => {
  /** Golden with a primary trailer that says a swap is under way. */
  function interrupted(fields: (primary: Slot) => void): McubootChip {
    const chip = referenceChip();
    const [primary] = slots(chip);
    fields(primary);
    writeMagic(primary);
    return chip;
  }

  it('panics at a swap type that does not exist', () => {
    const chip = interrupted((primary) => writeCell(primary, primary.at.swapInfo, [9]));
    const [, secondary] = slots(chip);
    const good = referenceImage({ version: '1.3.0' });
    for (let at = 0; at < good.length; at += 1024) chip.images.write(at, good.subarray(at, at + 1024));
    assert.equal(secondary.byte(0), 0x3d);
    assert.equal(chip.boot().log.at(-1), 'E: panic!');
  });

  it('makes the running image final where nothing valid is there to go on with', () => {
    const chip = interrupted((primary) => writeSwapInfo(primary, 'test'));
    assert.equal(running(chip).version, '1.2.0');
    assert.equal(trailers(chip)[0].imageOk, 'set');
  });

  it('ends in silence where the swap size is erased, and never loops', () => {
    const chip = interrupted((primary) => writeCell(primary, primary.at.status, [1]));
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.equal(log.at(-1), 'I: Boot source: primary slot');
  });

  it('does not go on without both headers', () => {
    const chip = interrupted((primary) => {
      writeSwapSize(primary, 4096);
      writeCell(primary, primary.at.status, [1]);
    });
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.ok(log.includes('W: Failed reading image headers; Image=0'));
  });
});
