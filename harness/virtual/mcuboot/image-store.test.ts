import assert from 'node:assert/strict';
import { writeCell, writeImageOk, writeMagic } from '#virtual/mcuboot/trailer.ts';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import { NRF52840_LAYOUT, referenceChip, referenceImage } from '#virtual/mcuboot/reference.ts';
import { SOUND_PROFILE, trailerOf } from '#virtual/mcuboot/profile.ts';
import { Slot } from '#virtual/mcuboot/slot.ts';
import type { SlotEntry } from '#virtual/image-store.ts';

const update = referenceImage({ version: '1.3.0+7', counter: 3, size: 5000 });

type Situation = 'idle' | 'test pending' | 'perm pending' | 'on trial' | 'torn request';

function secondary(chip: McubootChip): Slot {
  return new Slot(chip.storage, NRF52840_LAYOUT.secondary, trailerOf(SOUND_PROFILE));
}

/** A chip that runs golden with the update uploaded, brought into a situation. */
function chipIn(situation: Situation): McubootChip {
  const chip = referenceChip();
  chip.images.erase(update.length);
  for (let at = 0; at < update.length; at += 500) chip.images.write(at, update.subarray(at, at + 500));
  if (situation === 'test pending' || situation === 'on trial') chip.images.setPending(null, false);
  if (situation === 'perm pending') chip.images.setPending(null, true);
  if (situation === 'on trial') chip.boot();
  if (situation === 'torn request') {
    const slot = secondary(chip);
    writeCell(slot, slot.at.magic, [0x77, 0xc2, 0x95, 0xf3]);
  }
  return chip;
}

function flags(entry: SlotEntry | undefined): string {
  if (entry === undefined) return '-';
  const names = ['active', 'confirmed', 'pending', 'permanent', 'bootable'] as const;
  return names.filter((name) => entry[name]).join(' ');
}

describe('MCUboot image store', () => {
  const listed: readonly [Situation, string, string][] = [
    ['idle', 'active confirmed bootable', 'bootable'],
    ['test pending', 'active confirmed bootable', 'pending bootable'],
    ['perm pending', 'active confirmed bootable', 'pending permanent bootable'],
    ['on trial', 'active bootable', 'confirmed bootable'],
    ['torn request', 'active confirmed bootable', 'bootable'],
  ];
  for (const [situation, active, other] of listed) {
    it(`lists ${situation} as mcumgr does`, () => {
      const list = chipIn(situation).images.list();
      assert.deepEqual(list.map(flags), [active, other]);
    });
  }

  it('lists versions in mcumgr’s form, hashes, and only slots that hold an image', () => {
    const chip = referenceChip();
    assert.deepEqual(
      chip.images.list().map(({ slot, version }) => [slot, version]),
      [[0, '1.2.0']],
    );
    const [golden, other] = chipIn('idle').images.list();
    assert.equal(other?.version, '1.3.0.7');
    assert.equal(Buffer.from(golden?.hash ?? []).toString('hex'), chip.boot().app?.identity);
  });

  /** smp.md section 8: what a request gives in each situation. Slot A is active, B the other. */
  const requests: readonly [Situation, 'test A' | 'test B' | 'perm A' | 'perm B' | 'confirm', number][] = [
    ['idle', 'test A', IMAGE_ERROR.cannotTestActive],
    ['idle', 'test B', IMAGE_ERROR.ok],
    ['idle', 'perm B', IMAGE_ERROR.ok],
    ['idle', 'perm A', IMAGE_ERROR.ok],
    ['idle', 'confirm', IMAGE_ERROR.ok],
    ['test pending', 'test A', IMAGE_ERROR.cannotTestActive],
    ['test pending', 'test B', IMAGE_ERROR.ok],
    ['test pending', 'perm B', IMAGE_ERROR.alreadyPending],
    ['test pending', 'confirm', IMAGE_ERROR.alreadyPending],
    ['perm pending', 'perm B', IMAGE_ERROR.ok],
    ['perm pending', 'test B', IMAGE_ERROR.alreadyPending],
    ['perm pending', 'confirm', IMAGE_ERROR.alreadyPending],
    ['on trial', 'test B', IMAGE_ERROR.alreadyPending],
    ['on trial', 'perm B', IMAGE_ERROR.ok],
    ['on trial', 'confirm', IMAGE_ERROR.ok],
    ['torn request', 'test B', IMAGE_ERROR.headerMagic],
  ];
  for (const [situation, request, expected] of requests) {
    it(`${situation}: ${request} gives ${expected}`, () => {
      const { images } = chipIn(situation);
      const [verb, slot] = request.split(' ');
      const hash = images.list()[slot === 'A' ? 0 : 1]?.hash ?? null;
      const got = verb === 'confirm' ? images.confirm() : images.setPending(hash, verb === 'perm');
      assert.equal(got, expected);
    });
  }

  it('changes nothing where a request succeeds without effect', () => {
    const chip = chipIn('on trial');
    const before = chip.storage.digest();
    chip.images.setPending(chip.images.list()[1]?.hash ?? null, true);
    assert.equal(chip.storage.digest(), before);
  });

  it('refuses hashes it does not know, and odd ones', () => {
    const { images } = chipIn('idle');
    assert.equal(images.setPending(new Uint8Array(32), false), IMAGE_ERROR.hashNotFound);
    assert.equal(images.setPending(new Uint8Array(31), false), IMAGE_ERROR.invalidHash);
    assert.equal(referenceChip().images.setPending(null, false), IMAGE_ERROR.noImage);
  });

  it('erases only what the upload needs and the trailer', () => {
    const chip = chipIn('test pending');
    const touched: number[] = [];
    chip.storage.onOperation = ({ address }) => touched.push(address);
    chip.images.erase(4097);
    const { offset, size } = NRF52840_LAYOUT.secondary;
    assert.deepEqual(touched, [offset, offset + 0x1000, offset + size - 0x1000]);
    touched.length = 0;
    chip.images.erase(size);
    assert.equal(touched.length, size / 0x1000);
  });

  it('reads back what was written, tail padded to a word', () => {
    const { images } = chipIn('idle');
    assert.deepEqual(images.read(0, update.length), Uint8Array.from(update));
    assert.equal(images.read(update.length, 4).at(-1), 0xff);
    assert.equal(images.read(images.slotSize, 1).length, 0);
  });

  it('knows how much a swap has room for', () => {
    const { images } = referenceChip();
    assert.equal(images.maxImageSize, 116 * 4096);
  });

  it('a request torn between magic and image_ok is a test, not a permanent one', () => {
    const chip = chipIn('idle');
    writeMagic(secondary(chip));
    assert.equal(flags(chip.images.list()[1]), 'pending bootable');
    writeImageOk(secondary(chip));
    assert.equal(flags(chip.images.list()[1]), 'pending permanent bootable');
  });
});
