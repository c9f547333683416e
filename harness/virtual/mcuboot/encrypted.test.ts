import assert from 'node:assert/strict';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { type BootModeName, type McubootProfile, profileWith } from '#virtual/mcuboot/profile.ts';
import {
  NRF52840_LAYOUT,
  REFERENCE_RECIPIENT,
  referenceChipOf,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { PowerLost } from '#virtual/storage.ts';

const { primary, secondary } = NRF52840_LAYOUT;
const KEY = new Uint8Array(16).fill(0x5a);
const SIZE = 5000;
const PAYLOAD_AT = 0x200;

function encrypted(clear = false, imageKey = KEY): Uint8Array {
  const encryption = { recipient: REFERENCE_RECIPIENT, imageKey, seed: new Uint8Array(32).fill(7), clear };
  return referenceImage({ version: '1.3.0', size: SIZE, seed: 2, manner: { encryption } });
}

const plain = encrypted(true);

function chipOf(options: Partial<McubootProfile> = {}): McubootChip {
  return referenceChipOf(profileWith({ encryption: { kind: 'ec256', bits: 128 }, ...options }));
}

function offered(chip: McubootChip, image: Uint8Array): McubootChip {
  chip.boot();
  chip.images.erase(image.length);
  chip.images.write(0, image);
  chip.images.setPending(null, false);
  return chip;
}

function holds(chip: McubootChip, at: number, image: Uint8Array): boolean {
  return Buffer.compare(chip.storage.bytes.subarray(at, at + image.length), image) === 0;
}

describe('virtual/mcuboot encrypted images', () => {
  it('decrypts an update into the primary slot and encrypts it again on its way out', () => {
    const chip = offered(chipOf(), encrypted());
    assert.equal(chip.boot().app?.version, '1.3.0');
    assert.ok(holds(chip, primary.offset, plain));
    assert.equal(chip.boot().app?.version, '1.2.0');
    assert.ok(holds(chip, secondary.offset, encrypted()), 'the very bytes that were uploaded');
  });

  it('overwrites with what it decrypted', () => {
    for (const mode of ['overwrite-only', 'overwrite-only-fast'] satisfies BootModeName[]) {
      const chip = offered(chipOf({ mode }), encrypted());
      assert.equal(chip.boot().app?.version, '1.3.0');
      assert.ok(holds(chip, primary.offset, plain), mode);
    }
  });

  it('goes on after a cut with the keys in its journal, wherever the cut was', () => {
    for (const keepsEntry of [false, true]) {
      const chip = offered(chipOf({ encryption: { kind: 'ec256', bits: 128, keepsEntry } }), encrypted());
      let operations = 0;
      const mark = chip.storage.mark();
      chip.storage.onOperation = () => void (operations += 1);
      chip.boot();
      chip.storage.onOperation = null;
      chip.storage.rewind(mark);
      for (let index = 0; index < operations; index++) {
        const start = chip.storage.mark();
        chip.storage.arm({ index, tear: 'before', seed: 1 });
        assert.throws(() => chip.boot(), PowerLost);
        assert.equal(chip.boot().app?.version, '1.3.0', `cut ${index}`);
        assert.ok(holds(chip, primary.offset, plain));
        chip.storage.rewind(start);
      }
    }
  });

  it('leaves the key readable in the trailer after the swap, unless it keeps the entry instead', () => {
    const keyAt = (chip: McubootChip) =>
      Buffer.from(chip.storage.bytes.subarray(primary.offset, primary.offset + primary.size)).indexOf(KEY);
    const chip = offered(chipOf(), encrypted());
    chip.boot();
    assert.ok(keyAt(chip) > 0);
    const careful = offered(
      chipOf({ encryption: { kind: 'ec256', bits: 128, keepsEntry: true } }),
      encrypted(),
    );
    careful.boot();
    assert.equal(keyAt(careful), -1);
  });

  it('erases an update whose key it cannot have, or whose payload was not encrypted with it', () => {
    const damaged = encrypted().slice();
    damaged[PAYLOAD_AT + 40] = (damaged[PAYLOAD_AT + 40] ?? 0) ^ 1;
    const withoutKey = referenceImage({ version: '1.3.0', manner: { flags: 0x4 } });
    for (const image of [damaged, withoutKey, plain, encrypted(false, new Uint8Array(32).fill(1))]) {
      const chip = offered(chipOf(), image);
      assert.equal(chip.boot().app?.version, '1.2.0');
      assert.equal(chip.storage.bytes[secondary.offset], 0xff);
    }
  });

  it('takes a plain update too, and refuses an encrypted one where it is built without decryption', () => {
    const open = referenceImage({ version: '1.3.0' });
    assert.equal(offered(chipOf(), open).boot().app?.version, '1.3.0');
    assert.equal(offered(chipOf({ encryption: null }), encrypted()).boot().app?.version, '1.2.0');
  });
});
