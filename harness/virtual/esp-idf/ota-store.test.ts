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
import { ESP_ERR, espErrName } from '#virtual/esp-idf/esp-err.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { secureVersion } from '#virtual/esp-idf/fuses.ts';
import { OTA_SIZE_UNKNOWN, OTA_WITH_SEQUENTIAL_WRITES, type OtaStore } from '#virtual/esp-idf/ota-store.ts';
import { FACTORY } from '../../../boards/esp32-devkitc/profile.ts';

const UPDATE = bytesOf({ version: '1.3.0', securityCounter: 3 });

function store(chip: EspChip): OtaStore {
  return chip.ota(booted(chip));
}

/** Operations by kind while something is done. */
function counted(chip: EspChip, action: () => void) {
  const count = { write: 0, erase: 0, fuse: 0 };
  chip.storage.onOperation = ({ kind }) => {
    count[kind] += 1;
  };
  action();
  chip.storage.onOperation = null;
  return count;
}

/** A trial of the update: staged, and booted once. */
function onTrial(chip: EspChip): OtaStore {
  chip.stage(booted(chip), UPDATE);
  return store(chip);
}

describe('ESP-IDF OTA functions', () => {
  it('install an update on trial, take it back at the next reset, or keep it once marked valid', () => {
    const chip = espChip();
    const trial = onTrial(chip);
    assert.equal(trial.running.label, 'ota_0');
    assert.equal(trial.state(), OTA_STATE.pendingVerify);
    assert.equal(booted(chip).version, '1.2.0', 'not marked valid');
    assert.equal(entries(chip)[0].state, OTA_STATE.aborted);
    assert.equal(onTrial(chip).markValid(), ESP_ERR.ok);
    assert.equal(secureVersion(chip.storage), 3);
    assert.deepEqual([booted(chip).version, booted(chip).confirmed], ['1.3.0', true]);
  });

  it('write into the other slot next time', () => {
    const chip = espChip();
    onTrial(chip).markValid();
    chip.stage(booted(chip), bytesOf({ version: '1.4.0', securityCounter: 3 }));
    const { slot, version } = booted(chip);
    assert.deepEqual([slot, version], ['ota_1', '1.4.0']);
  });

  it('erase what the size needs, or everything, or sector by sector', () => {
    const chip = espChip();
    const golden = booted(chip);
    assert.deepEqual(
      counted(chip, () => chip.ota(golden).begin(4097)),
      { write: 0, erase: 3, fuse: 0 },
    );
    const erased = counted(chip, () => chip.ota(golden).begin(OTA_SIZE_UNKNOWN));
    assert.deepEqual(erased, { write: 0, erase: 256, fuse: 0 }, 'the record went with the first');
    const ota = chip.ota(golden);
    assert.equal(counted(chip, () => ota.begin(OTA_WITH_SEQUENTIAL_WRITES)).erase, 0);
    assert.deepEqual(
      counted(chip, () => ota.write(UPDATE.subarray(0, 4100))),
      { write: 1, erase: 2, fuse: 0 },
    );
    assert.equal(ota.write(UPDATE.subarray(4100)), ESP_ERR.ok);
    assert.equal(ota.end(), ESP_ERR.ok);
  });

  it('forget the record of the slot that is being overwritten, since v5.5', () => {
    const chip = espChip();
    assert.equal(store(chip).begin(4096), ESP_ERR.ok);
    assert.equal(entries(chip)[0].seq, 0xffffffff);
    assert.equal(entries(chip)[1].state, OTA_STATE.valid);
  });

  it('take data in any chunking', () => {
    const chip = espChip();
    const ota = store(chip);
    ota.begin(UPDATE.length);
    const sizes = [1, 2, 3, 5, 1021, 4096, 4099];
    for (let at = 0, i = 0; at < UPDATE.length; at += sizes[i++ % sizes.length] ?? 1) {
      assert.equal(ota.write(UPDATE.subarray(at, at + (sizes[i % sizes.length] ?? 1))), ESP_ERR.ok);
    }
    assert.deepEqual([ota.end(), ota.setBoot()], [ESP_ERR.ok, ESP_ERR.ok]);
    assert.equal(booted(chip).version, '1.3.0');
  });

  it('write a tail shorter than a word', () => {
    const chip = espChip();
    const ota = store(chip);
    ota.begin(OTA_SIZE_UNKNOWN);
    ota.write(Buffer.concat([UPDATE, Buffer.of(1, 2, 3)]));
    assert.equal(ota.end(), ESP_ERR.ok);
    const tail = chip.storage.bytes.subarray(SLOTS[0] + UPDATE.length, SLOTS[0] + UPDATE.length + 4);
    assert.deepEqual([...tail], [1, 2, 3, 0xff]);
  });

  it('refuse calls out of order', () => {
    const ota = store(espChip());
    assert.deepEqual([ota.write(UPDATE), ota.end(), ota.abort()].map(espErrName), [
      'ESP_ERR_INVALID_ARG',
      'ESP_ERR_NOT_FOUND',
      'ESP_ERR_NOT_FOUND',
    ]);
    assert.equal(ota.begin(4096), ESP_ERR.ok);
    assert.equal(ota.begin(4096), ESP_ERR.alreadyInProgress);
    assert.equal(ota.write(new Uint8Array()), ESP_ERR.ok);
    assert.equal(ota.end(), ESP_ERR.invalidArg, 'nothing was written');
    assert.equal(ota.begin(4096), ESP_ERR.ok);
    assert.equal(ota.abort(), ESP_ERR.ok);
  });

  it('refuse what is no image, too large, or damaged', () => {
    const chip = espChip();
    const ota = store(chip);
    assert.equal(ota.begin(0x100001), ESP_ERR.invalidSize);
    assert.equal(ota.abort(), ESP_ERR.ok);
    ota.begin(OTA_SIZE_UNKNOWN);
    assert.equal(ota.write(Buffer.of(0x7f)), ESP_ERR.validateFailed);
    assert.ok(ota.console.lines.at(-1)?.endsWith('invalid magic byte (expected 0xE9, saw 0x7f)'));
    assert.equal(ota.write(UPDATE), ESP_ERR.ok);
    assert.equal(ota.write(new Uint8Array(0x100000)), ESP_ERR.invalidSize);
    const damaged = new Uint8Array(UPDATE);
    damaged[9000] = (damaged[9000] ?? 0) ^ 4;
    ota.abort();
    ota.begin(damaged.length);
    ota.write(damaged);
    assert.equal(ota.end(), ESP_ERR.validateFailed);
    assert.ok(ota.console.lines.some((line) => line.includes('Checksum failed')));
    assert.ok(ota.console.lines.at(-1)?.endsWith('esp_ota_ops: New image failed verification'));
    assert.equal(ota.setBoot(), ESP_ERR.validateFailed);
    assert.equal(booted(chip).version, '1.2.0');
  });

  it('refuse another update while one is on trial', () => {
    const trial = onTrial(espChip());
    assert.equal(trial.begin(4096), ESP_ERR.rollbackInvalidState);
    trial.markValid();
    assert.equal(trial.begin(4096), ESP_ERR.ok);
  });

  it('erase a slot whose secure version is too low', () => {
    const chip = espChip();
    chip.stage(booted(chip), bytesOf({ version: '1.9.0', securityCounter: 1 }));
    assert.ok(chip.storage.bytes.subarray(SLOTS[0], SLOTS[0] + 0x100000).every((byte) => byte === 0xff));
    assert.equal(entries(chip)[0].seq, 0xffffffff);
    assert.equal(booted(chip).version, '1.2.0');
  });

  it('mark a trial invalid where another application is left, and only there', () => {
    const chip = espChip();
    assert.equal(onTrial(chip).markInvalid(), ESP_ERR.ok);
    assert.equal(entries(chip)[0].state, OTA_STATE.invalid);
    assert.equal(booted(chip).version, '1.2.0');
    const again = onTrial(chip);
    overwrite(chip, SLOTS[1], new Uint8Array(4));
    assert.equal(again.markInvalid(), ESP_ERR.rollbackFailed);
  });

  it('mark the record, not the slot: an application that runs by fallback validates the broken one', () => {
    const chip = espChip();
    chip.stage(booted(chip), UPDATE);
    overwrite(chip, SLOTS[0] + 0x1000, new Uint8Array(0x1000));
    const fallback = store(chip);
    assert.equal(fallback.running.label, 'ota_1');
    assert.equal(fallback.markValid(), ESP_ERR.ok);
    assert.equal(entries(chip)[0].state, OTA_STATE.valid);
    assert.equal(chip.boot().app, null, 'its secure version is burned, and the running one is below it');
  });

  it('confirm only what is on trial', () => {
    const chip = espChip();
    chip.stage(booted(chip), UPDATE);
    overwrite(chip, SLOTS[0] + 0x1000, new Uint8Array(0x1000));
    const fallback = booted(chip);
    assert.ok(chip.confirm(fallback), 'it was confirmed long ago');
    assert.equal(entries(chip)[0].state, OTA_STATE.pendingVerify);
    assert.deepEqual([booted(chip).slot, entries(chip)[0].state], ['ota_1', OTA_STATE.aborted]);
    setEntry(chip, 1, 2, OTA_STATE.aborted);
    assert.equal(chip.confirm(booted(chip)), false, 'runs as the last resort only');
  });

  it('leave a trial that fails its self-test alone', () => {
    const chip = espChip();
    chip.stage(booted(chip), bytesOf({ version: '1.3.0', behaviour: 'never-confirms' }));
    const update = booted(chip);
    assert.equal(update.behaviour, 'never-confirms');
    assert.equal(chip.confirm(update), false);
    assert.equal(booted(chip).version, '1.2.0');
  });

  it('say what a factory application may not do', () => {
    const chip = espChip({ profile: FACTORY, setup: { otadata: [null, null] } });
    const ota = store(chip);
    assert.deepEqual([ota.running.label, ota.target.label, ota.state()], ['factory', 'ota_0', null]);
    assert.deepEqual([ota.markValid(), ota.markInvalid()], [ESP_ERR.fail, ESP_ERR.fail]);
    chip.stage(booted(chip), UPDATE);
    assert.equal(booted(chip).slot, 'ota_0');
    assert.equal(booted(chip).slot, 'factory', 'an update on trial gives way to the factory application');
  });

  it('count on the partition table', () => {
    const chip = espChip();
    const golden = booted(chip);
    overwrite(chip, 0x8000, new Uint8Array(4));
    assert.throws(() => chip.ota(golden), { name: 'BenchError', code: 'esp-no-ota-partitions' });
    assert.equal(chip.confirm(golden), false);
    setEntry(chip, 0, null);
    assert.deepEqual(
      counted(chip, () => chip.stage(golden, UPDATE)),
      { write: 0, erase: 0, fuse: 0 },
    );
  });
});
