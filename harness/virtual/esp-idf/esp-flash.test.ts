import assert from 'node:assert/strict';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import { booted, bootStaged, entries, espChip, OTADATA, setEntry } from '#virtual/esp-idf/chip.fixture.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { PowerLost } from '#virtual/storage.ts';
import { buildImage } from '../../../boards/esp32-devkitc/firmware.ts';
import { ENCRYPTED } from '../../../boards/esp32-devkitc/profile.ts';

const UPDATE = buildImage({ version: '1.3.0', securityCounter: 3 }, 'esp32s3').bytes;
const NVS = 0x9000;

function chip(): EspChip {
  return espChip({ profile: ENCRYPTED });
}

describe('a simulated ESP32-S3 with flash encryption', () => {
  it('holds ciphertext where applications and records lie, and reads plain text', () => {
    const { storage, traits } = chip();
    for (const at of [0x8000, OTADATA[1], 0x110000, 0x210000]) {
      assert.notDeepEqual(storage.bytes.subarray(at, at + 32), traits.flash.view(at, at + 32));
    }
    assert.deepEqual(storage.bytes.subarray(NVS, NVS + 32), traits.flash.view(NVS, NVS + 32), 'not NVS');
    assert.equal(booted(chip()).version, '1.2.0');
  });

  it('updates, reverts and confirms like any other', () => {
    const board = chip();
    board.stage(booted(board), UPDATE);
    assert.equal(booted(board).version, '1.3.0');
    assert.equal(booted(board).version, '1.2.0');
    board.stage(booted(board), UPDATE);
    assert.ok(board.confirm(booted(board)));
    assert.equal(booted(board).version, '1.3.0');
  });

  it('an erased record is noise, not blank: it is damaged, and the other one decides', () => {
    const board = chip();
    board.storage.erase(OTADATA[0], 0x1000);
    assert.notEqual(entries(board)[0].seq, 0xffffffff);
    assert.equal(booted(board).version, '1.2.0');
  });

  it('a block whose write was cut reads as noise from end to end, and its neighbour is whole', () => {
    const board = chip();
    const at = OTADATA[0];
    setEntry(board, 0, 3, OTA_STATE.new);
    const before = board.traits.flash.view(at, at + 32).slice();
    const { storage } = board;
    const stored = storage.bytes.slice(at, at + 32);
    storage.erase(at, 0x1000);
    storage.write(at, stored.subarray(0, 16));
    storage.write(at + 16, Uint8Array.from([...stored.subarray(16, 20), ...new Uint8Array(12).fill(0xff)]));
    const after = board.traits.flash.view(at, at + 32);
    assert.deepEqual(after.subarray(0, 16), before.subarray(0, 16));
    const same = after.subarray(16).filter((byte, i) => byte === before[16 + i]);
    assert.ok(same.length < 4, 'the four bytes that were written are noise, too');
  });

  it('refuses plain text that a probe left in the slot', () => {
    const board = chip();
    board.storage.erase(0x110000, 0x20000);
    board.storage.write(0x110000, UPDATE);
    setEntry(board, 0, 3, OTA_STATE.new);
    assert.equal(booted(board).version, '1.2.0');
    assert.equal(bootStaged(chip(), UPDATE).app?.version, '1.3.0', 'through the chip it is taken');
  });

  it('comes back from a cut inside any operation of an update', () => {
    for (let index = 0; index < 60; index++) {
      const board = chip();
      const app = booted(board);
      board.storage.arm({ index, tear: 'half-programmed', seed: index });
      try {
        board.stage(app, UPDATE);
      } catch (error) {
        assert.ok(error instanceof PowerLost);
      }
      board.storage.disarm();
      assert.match(booted(board).version, /^1\.[23]\.0$/);
    }
  });
});
