import assert from 'node:assert/strict';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import {
  booted,
  bytesOf,
  entries,
  espChip,
  overwrite,
  setEntry,
  SLOTS,
} from '#virtual/esp-idf/chip.fixture.ts';
import { FUSE, secureVersion } from '#virtual/esp-idf/fuses.ts';
import { PARTITION_TABLE_AT } from '#virtual/esp-idf/partitions.ts';
import { FACTORY } from '../../../boards/esp32-devkitc/profile.ts';

const { new: fresh, pendingVerify, valid, invalid, aborted, undefined: undef } = OTA_STATE;

type Record = readonly [seq: number, state: number] | null;

describe('ESP-IDF boot loader', () => {
  it('boots golden without touching flash, in the boot loader’s words', () => {
    const chip = espChip();
    const { app, log } = chip.boot();
    assert.deepEqual([app?.slot, app?.version, app?.confirmed], ['ota_1', '1.2.0', true]);
    assert.equal(app?.behaviour, 'healthy');
    assert.equal(chip.storage.operations, 0);
    for (const token of [
      'boot: ESP-IDF v5.5.1 2nd stage bootloader',
      'boot: chip revision: v3.1',
      'boot: Partition Table:',
      'boot:  3 ota_0            OTA app          00 10 00110000 00100000',
      'boot: End of partition table',
      'boot: Secure version (from eFuse) = 2',
      'esp_image: segment 0: paddr=00210020 vaddr=3f400020 size=08100h ( 33024) map',
      'secure_boot_v2: Signature verified successfully!',
      'boot: Loaded app from partition at offset 0x210000',
    ]) {
      assert.ok(
        log.some((line) => line.endsWith(token) && /^I \(\d+\) /.test(line)),
        token,
      );
    }
  });

  const selections: readonly {
    readonly why: string;
    readonly otadata: readonly [Record, Record];
    readonly boots: string;
    readonly after?: readonly [Record, Record];
  }[] = [
    {
      why: 'the larger sequence number wins',
      otadata: [
        [3, valid],
        [2, valid],
      ],
      boots: 'ota_0',
    },
    {
      why: 'the larger sequence number wins, again',
      otadata: [
        [1, valid],
        [2, valid],
      ],
      boots: 'ota_1',
    },
    {
      why: 'a new image goes on trial',
      otadata: [
        [3, fresh],
        [2, valid],
      ],
      boots: 'ota_0',
      after: [
        [3, pendingVerify],
        [2, valid],
      ],
    },
    {
      why: 'a trial that was reset has failed',
      otadata: [
        [3, pendingVerify],
        [2, valid],
      ],
      boots: 'ota_1',
      after: [
        [3, aborted],
        [2, valid],
      ],
    },
    {
      why: 'an invalid entry is passed over',
      otadata: [
        [3, invalid],
        [2, valid],
      ],
      boots: 'ota_1',
    },
    {
      why: 'a state of no meaning boots like valid',
      otadata: [
        [3, 0xffffff00],
        [2, valid],
      ],
      boots: 'ota_0',
    },
    {
      why: 'no state boots like valid',
      otadata: [
        [3, undef],
        [2, valid],
      ],
      boots: 'ota_0',
    },
    {
      why: 'blank otadata starts with the first slot and is initialised',
      otadata: [null, null],
      boots: 'ota_0',
      after: [[1, valid], null],
    },
    {
      why: 'both given up: the walk begins at the first slot, whatever its state',
      otadata: [
        [3, aborted],
        [2, invalid],
      ],
      boots: 'ota_0',
      after: [
        [3, aborted],
        [2, invalid],
      ],
    },
  ];
  for (const { why, otadata, boots, after } of selections) {
    it(`selects: ${why}`, () => {
      const chip = espChip();
      otadata.forEach((record, i) => setEntry(chip, i === 0 ? 0 : 1, record?.[0] ?? null, record?.[1]));
      assert.equal(booted(chip).slot, boots);
      const states = entries(chip).map(({ seq, state }) => (seq === 0xffffffff ? null : [seq, state]));
      assert.deepEqual(states, after ?? otadata);
    });
  }

  it('falls back past a damaged image and leaves the record as it is', () => {
    const chip = espChip();
    chip.storage.write(SLOTS[1], new Uint8Array(4));
    const { app, log } = chip.boot();
    assert.equal(app?.slot, 'ota_0');
    assert.ok(log.some((line) => line.includes('has invalid magic byte (nothing flashed here?)')));
    assert.ok(log.some((line) => line.includes('OTA app partition slot 1 is not bootable')));
    assert.deepEqual(entries(chip)[1].state, valid);
  });

  it('says so when nothing is left to boot', () => {
    const chip = espChip({ setup: { images: {} } });
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.ok(log.at(-1)?.endsWith('boot: No bootable app partitions in the partition table'));
  });

  it('does not boot without a sound partition table', () => {
    const chip = espChip();
    overwrite(chip, PARTITION_TABLE_AT, new Uint8Array(32));
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.ok(log.some((line) => line.includes('flash_parts: partition 0 invalid magic number 0x0')));
    assert.ok(log.at(-1)?.endsWith('boot: load partition table error!'));
  });

  describe('with a factory application', () => {
    const chip = () => espChip({ profile: FACTORY });

    it('runs the golden image from its slot, and the factory one without a record', () => {
      const board = chip();
      assert.deepEqual([booted(board).slot, booted(board).version], ['ota_0', '1.2.0']);
      setEntry(board, 0, null);
      setEntry(board, 1, null);
      const { app, log } = board.boot();
      assert.deepEqual([app?.slot, app?.version, app?.confirmed], ['factory', '1.0.0', true]);
      assert.ok(log.some((line) => line.endsWith('boot: Defaulting to factory image')));
      assert.equal(entries(board)[0].seq, 0xffffffff, 'the record stays blank');
    });

    it('walks down to the factory application before it tries a higher slot', () => {
      const board = chip();
      overwrite(board, SLOTS[0], new Uint8Array(4));
      assert.equal(booted(board).slot, 'factory');
    });

    it('gives both records up in favour of the factory application', () => {
      const board = chip();
      setEntry(board, 0, 3, aborted);
      setEntry(board, 1, 2, invalid);
      assert.equal(booted(board).slot, 'factory');
    });
  });

  describe('anti-rollback', () => {
    it('refuses what is below the eFuses, at choice and as fallback', () => {
      const chip = espChip();
      overwrite(chip, SLOTS[0], bytesOf({ version: '1.9.0', securityCounter: 1 }));
      setEntry(chip, 0, 3, fresh);
      assert.equal(booted(chip).slot, 'ota_1');
      assert.equal(entries(chip)[0].state, fresh, 'never put on trial');
      overwrite(chip, SLOTS[1], new Uint8Array(4));
      assert.equal(chip.boot().app, null);
    });

    it('burns the secure version once an image is valid, not on trial', () => {
      const chip = espChip();
      overwrite(chip, SLOTS[0], bytesOf({ version: '1.9.0', securityCounter: 5 }));
      setEntry(chip, 0, 3, fresh);
      booted(chip);
      assert.equal(secureVersion(chip.storage), 2);
      setEntry(chip, 0, 3, valid);
      const { log } = chip.boot();
      assert.equal(secureVersion(chip.storage), 5);
      assert.equal(chip.storage.fuses[FUSE.secureVersion], 0b11111, 'unary');
      assert.ok(log.some((line) => line.includes('Anti-rollback is set. eFuse field is updated(5).')));
    });

    it('believes the descriptor of a valid record before it verifies the image, as ESP-IDF does', () => {
      const chip = espChip();
      const image = new Uint8Array(bytesOf({ version: '1.9.0', securityCounter: 9 }));
      image[5000] = (image[5000] ?? 0) ^ 1;
      overwrite(chip, SLOTS[0], image);
      setEntry(chip, 0, 3, valid);
      assert.equal(chip.boot().app, null, 'golden is now below the eFuses, and the other one is damaged');
      assert.equal(secureVersion(chip.storage), 9);
    });

    it('never burns more bits than there are', () => {
      const chip = espChip();
      overwrite(chip, SLOTS[0], bytesOf({ version: '1.9.0', securityCounter: 33 }));
      setEntry(chip, 0, 3, valid);
      const { log } = chip.boot();
      assert.equal(secureVersion(chip.storage), 2);
      assert.ok(log.some((line) => line.includes('Max secure version is 32. Given 33 version')));
    });
  });
});
