import assert from 'node:assert/strict';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import { booted, entries, espChip, overwrite, setEntry } from '#virtual/esp-idf/chip.fixture.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import type { Strap } from '#virtual/esp-idf/traits.ts';
import { SERVICED, type EspProfile } from '../../../boards/esp32-devkitc/profile.ts';

const NVS = 0x9000;
const TEST_SLOT = 0x310000;

function held(strap: Strap, more: Partial<EspProfile> = {}): EspChip {
  return espChip({ profile: { ...SERVICED, ...more, strap } });
}

function says(chip: EspChip, text: string): boolean {
  return chip.boot().log.some((line) => line.includes(text));
}

describe('pins held at the start of a simulated ESP32', () => {
  it('starts the test application, whatever otadata says, and leaves it alone next time', () => {
    const chip = held('test');
    assert.ok(says(chip, 'Detect a boot condition of the test firmware'));
    const app = booted(chip);
    assert.deepEqual([app.slot, app.version, app.confirmed], ['test', '0.1.0', true]);
    assert.equal(booted(espChip({ profile: SERVICED })).version, '1.2.0', 'no pin, no test');
  });

  it('stops where the test application is damaged, and says so: no other is tried', () => {
    const chip = held('test');
    overwrite(chip, TEST_SLOT, new Uint8Array(0x1000));
    const { app, log } = chip.boot();
    assert.equal(app, null);
    assert.ok(log.some((line) => line.includes('No bootable test partition in the partition table')));
  });

  it('stops where there is no test partition', () => {
    const chip = held('test', { test: false });
    assert.ok(says(chip, 'Test firmware is not found in partition table'));
    assert.equal(chip.boot().app, null);
  });

  it('looks at no pin that the build does not know', () => {
    assert.equal(booted(held('test', { appTest: false })).version, '1.2.0');
    assert.equal(booted(held('factory-reset', { factoryReset: null })).version, '1.2.0');
  });

  it('the pin of the test firmware costs an update its trial: otadata is read first', () => {
    const chip = held('test');
    setEntry(chip, 1, 4, OTA_STATE.new);
    assert.equal(booted(chip).slot, 'test');
    assert.equal(entries(chip)[1].state, OTA_STATE.pendingVerify);
    booted(chip);
    assert.equal(entries(chip)[1].state, OTA_STATE.aborted);
  });

  it('a factory reset erases what the build lists, and the factory application starts', () => {
    const chip = held('factory-reset');
    overwrite(chip, NVS, new Uint8Array(64));
    const app = booted(chip);
    assert.deepEqual([app.slot, app.version], ['factory', '1.0.0']);
    assert.ok(chip.storage.bytes.subarray(NVS, NVS + 0x4000).every((byte) => byte === 0xff));
    assert.ok(chip.storage.bytes.subarray(0xd000, 0xf000).every((byte) => byte === 0xff));
    assert.ok(says(chip, 'nvs              data  00009000 00004000 [yes]'));
    assert.ok(says(chip, 'phy_init         data  0000f000 00001000 [no]'));
  });

  it('a factory reset that spares otadata ends the trial of an update before it began', () => {
    const chip = held('factory-reset', { factoryReset: { erases: ['nvs'], otadata: false } });
    setEntry(chip, 1, 4, OTA_STATE.new);
    assert.equal(booted(chip).version, '1.2.0');
    assert.equal(entries(chip)[1].state, OTA_STATE.aborted, 'selected twice in one start');
  });
});
