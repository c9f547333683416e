import assert from 'node:assert/strict';
import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import { NRF52840_LAYOUT, referenceChipOf, referenceImage } from '#virtual/mcuboot/reference.ts';
import { PowerLost } from '#virtual/storage.ts';

const { primary, secondary } = NRF52840_LAYOUT;
const newer = referenceImage({ version: '1.3.0', counter: 3 });

function chipOf(mode: 'direct-xip' | 'direct-xip-revert', ...flaws: readonly McubootFlaw[]) {
  return referenceChipOf(profileWith({ mode }), flaws);
}

/** Slot and version that run after a reset. */
function running(chip: ReturnType<typeof chipOf>): string {
  const { app } = chip.boot();
  return app === null ? 'nothing' : `${app.slot} ${app.version} ${app.confirmed ? 'confirmed' : 'on trial'}`;
}

/** What the running application uploads, and marks to be booted. */
function update(chip: ReturnType<typeof chipOf>, image: Uint8Array, permanent = false): number {
  chip.images.erase(image.length);
  chip.images.write(0, image);
  return chip.images.setPending(null, permanent);
}

describe('virtual/mcuboot direct-XIP', () => {
  it('runs the newest image where it lies, and puts the next one into the slot that does not run', () => {
    const chip = chipOf('direct-xip');
    assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    assert.equal(chip.images.updateSlot, 1);
    assert.equal(update(chip, newer), IMAGE_ERROR.alreadyPending);
    assert.deepEqual(
      chip.images.list().map(({ slot, active, pending, permanent }) => [slot, active, pending, permanent]),
      [
        [0, true, false, false],
        [1, false, true, true],
      ],
    );
    assert.equal(running(chip), 'slot1 1.3.0 confirmed');
    assert.equal(storedCounter(chip.storage), 3);
    assert.equal(chip.images.updateSlot, 0);
    update(chip, referenceImage({ version: '1.4.0', counter: 3 }));
    assert.equal(running(chip), 'slot0 1.4.0 confirmed');
  });

  it('keeps the slot that runs against an older image and against one of the same version', () => {
    for (const version of ['1.1.0', '1.2.0']) {
      const chip = chipOf('direct-xip');
      chip.boot();
      assert.equal(update(chip, referenceImage({ version, seed: 2 })), IMAGE_ERROR.ok);
      assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    }
  });

  it('erases a slot whose image does not hold, whichever it is, and runs the other', () => {
    const chip = chipOf('direct-xip');
    chip.boot();
    update(chip, newer);
    const { flash, fuses } = chip.storage.save();
    flash[secondary.offset + 600] = (flash[secondary.offset + 600] ?? 0) ^ 1;
    chip.storage.load({ flash, fuses });
    assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    assert.ok(
      chip.storage.bytes.subarray(secondary.offset, secondary.offset + 0x1000).every((b) => b === 0xff),
    );
    const damaged = chip.storage.save();
    damaged.flash[primary.offset + 600] = (damaged.flash[primary.offset + 600] ?? 0) ^ 1;
    chip.storage.load(damaged);
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.ok(log.includes('I: No slot to load for image 0'));
  });

  it('passes over an image that was built for another address, without erasing it', () => {
    const image = referenceImage({ version: '1.3.0', manner: { romAddress: primary.offset } });
    const chip = chipOf('direct-xip');
    chip.boot();
    update(chip, image);
    const { app, log } = chip.boot();
    assert.equal(app?.version, '1.2.0');
    assert.ok(
      log.includes('W: Image in secondary slot at 0x82000 has been built for offset 0xc000, skipping'),
    );
    assert.deepEqual(
      chip.storage.bytes.slice(secondary.offset, secondary.offset + image.length),
      Uint8Array.from(image),
    );
  });

  it('does not run what needs unpacking, in any of the ways that a header can ask for it', () => {
    for (const flag of [HEADER_FLAG.lzma1, HEADER_FLAG.lzma2, HEADER_FLAG.armThumb]) {
      const chip = chipOf('direct-xip');
      chip.boot();
      update(chip, referenceImage({ version: '1.3.0', manner: { flags: flag } }));
      assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    }
  });
});

describe('virtual/mcuboot direct-XIP with revert', () => {
  it('gives a marked image one boot, and goes back for good where it is not confirmed', () => {
    const chip = chipOf('direct-xip-revert');
    assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    assert.equal(update(chip, newer), IMAGE_ERROR.ok);
    assert.equal(running(chip), 'slot1 1.3.0 on trial');
    assert.equal(storedCounter(chip.storage), 2, 'the counter waits for the confirmation');
    assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    assert.equal(running(chip), 'slot0 1.2.0 confirmed');
  });

  it('keeps a confirmed image and takes its counter at the next boot', () => {
    const chip = chipOf('direct-xip-revert');
    chip.boot();
    update(chip, newer);
    chip.boot();
    assert.equal(chip.images.list().find(({ active }) => active)?.confirmed, false);
    assert.equal(chip.images.confirm(), IMAGE_ERROR.ok);
    assert.equal(running(chip), 'slot1 1.3.0 confirmed');
    assert.equal(storedCounter(chip.storage), 3);
  });

  it('erases a newer image that nobody marked', () => {
    const chip = chipOf('direct-xip-revert');
    chip.boot();
    chip.images.erase(newer.length);
    chip.images.write(0, newer);
    assert.equal(running(chip), 'slot0 1.2.0 confirmed');
    assert.equal(chip.storage.bytes[secondary.offset], 0xff);
  });

  it('takes an image marked for good as if it had had its trial', () => {
    const chip = chipOf('direct-xip-revert');
    chip.boot();
    update(chip, newer, true);
    assert.equal(running(chip), 'slot1 1.3.0 confirmed');
    assert.equal(running(chip), 'slot1 1.3.0 confirmed');
  });

  it('ends with a whole image, wherever power fails in the return to the old one', () => {
    const chip = chipOf('direct-xip-revert');
    chip.boot();
    update(chip, newer);
    chip.boot();
    for (let index = 0; index < secondary.size / 0x1000; index += 13) {
      const mark = chip.storage.mark();
      chip.storage.arm({ index, tear: 'before', seed: 1 });
      assert.throws(() => chip.boot(), PowerLost);
      assert.equal(running(chip), 'slot0 1.2.0 confirmed');
      chip.storage.rewind(mark);
    }
  });

  it('lacks its trial where it is built with that mistake', () => {
    const chip = chipOf('direct-xip-revert', 'mcuboot/test-is-permanent');
    chip.boot();
    update(chip, newer);
    assert.equal(running(chip), 'slot1 1.3.0 confirmed');
    assert.equal(running(chip), 'slot1 1.3.0 confirmed');
  });
});
