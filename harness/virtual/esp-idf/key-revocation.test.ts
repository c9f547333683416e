import assert from 'node:assert/strict';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import { signEspImage } from '#codecs/esp-secure-boot.ts';
import { booted, bootStaged, espChip, setEntry } from '#virtual/esp-idf/chip.fixture.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { ESP_ERR } from '#virtual/esp-idf/esp-err.ts';
import { describeFuses, keyRevoked } from '#virtual/esp-idf/fuses.ts';
import { buildImage } from '../../../boards/esp32-devkitc/firmware.ts';
import { testKeys } from '../../../boards/esp32-devkitc/keys.ts';
import { PLAIN, SEVERAL_KEYS } from '../../../boards/esp32-devkitc/profile.ts';

const BODY = buildImage({ version: '1.3.0' }, 'esp32s3').bytes.subarray(0, 0x10000);
const revoked = testKeys.revoked?.pem ?? assert.fail();
const digest = (id: string) => Buffer.from(id, 'hex');

/** A chip with two keys in force: the golden image is signed with that of slot 1. */
function chipWithTwo(): EspChip {
  return espChip({ profile: SEVERAL_KEYS, setup: { revoked: [] } });
}

function ran(chip: EspChip, ...pems: readonly string[]): string | undefined {
  return bootStaged(chip, signEspImage(BODY, ...pems)).app?.version;
}

describe('several keys for Secure Boot V2 (ESP32-S3)', () => {
  it('takes an image signed with any key in force, in any block', () => {
    assert.equal(ran(chipWithTwo(), testKeys.signing.pem), '1.3.0');
    assert.equal(ran(chipWithTwo(), revoked), '1.3.0', 'not revoked yet');
    assert.equal(ran(chipWithTwo(), testKeys.foreign.pem, testKeys.foreign.pem, revoked), '1.3.0');
    assert.equal(ran(chipWithTwo(), testKeys.foreign.pem), '1.2.0');
  });

  it('takes none of a revoked key, unless another block is good', () => {
    const chip = () => espChip({ profile: SEVERAL_KEYS });
    assert.equal(ran(chip(), revoked), '1.2.0');
    assert.equal(ran(chip(), revoked, testKeys.signing.pem), '1.3.0');
    assert.equal(
      ran(espChip({ profile: SEVERAL_KEYS, flaws: ['esp-idf/revocation-ignored'] }), revoked),
      '1.3.0',
    );
  });

  it('revokes a key that the running application does not need, for ever', () => {
    const chip = chipWithTwo();
    const ota = chip.ota(booted(chip));
    assert.equal(ota.revokeKey(0), ESP_ERR.ok);
    assert.ok(keyRevoked(chip.storage, 0));
    assert.equal(ota.revokeKey(0), ESP_ERR.ok, 'once more changes nothing');
    assert.equal(ran(chip, revoked), '1.2.0');
  });

  it('keeps the key that the running application is signed with, and refuses what is no slot', () => {
    const chip = chipWithTwo();
    const ota = chip.ota(booted(chip));
    assert.equal(ota.revokeKey(1), ESP_ERR.fail);
    assert.equal(ota.revokeKey(3), ESP_ERR.invalidArg);
    assert.equal(keyRevoked(chip.storage, 1), false);
    assert.ok(ota.console.lines.some((line) => line.includes('cannot be verified with any key other')));
  });

  it('revokes nothing while an update is on trial', () => {
    const chip = chipWithTwo();
    setEntry(chip, 1, 2, OTA_STATE.new);
    const ota = chip.ota(booted(chip));
    assert.equal(ota.revokeKey(0), ESP_ERR.fail);
    assert.equal(keyRevoked(chip.storage, 0), false);
  });

  it('an application that fails its verification revokes no key, aggressive or not: only the ROM does that', () => {
    for (const aggressiveRevoke of [false, true]) {
      const chip = espChip({ profile: SEVERAL_KEYS, setup: { revoked: [], aggressiveRevoke } });
      const bad = signEspImage(BODY, testKeys.signing.pem);
      bad[0x10000 + 900] = (bad[0x10000 + 900] ?? 0) ^ 1;
      bootStaged(chip, bad);
      assert.equal(keyRevoked(chip.storage, 1), false);
    }
  });

  it('names the eFuses as the chip does, the empty slot revoked', () => {
    const fuses = describeFuses(espChip({ profile: SEVERAL_KEYS }).storage, 3);
    assert.equal(fuses['SECURE_BOOT_DIGEST1'], testKeys.signing.id);
    const bits = [0, 1, 2].map((slot) => fuses[`SECURE_BOOT_KEY_REVOKE${slot}`]);
    assert.deepEqual([...bits, fuses['SECURE_BOOT_AGGRESSIVE_REVOKE']], ['1', '0', '1', '1']);
  });

  it('an ESP32 has one key, and no way to revoke it', () => {
    const chip = espChip();
    assert.equal(chip.ota(booted(chip)).revokeKey(0), ESP_ERR.notSupported);
    const two = { keyDigests: [digest(testKeys.signing.id), digest(testKeys.foreign.id)] };
    assert.throws(() => espChip({ profile: PLAIN, setup: two }), { code: 'esp-too-many-keys' });
  });

  it('holds an image to the revision of the eFuse block, which the ESP32 does not have', () => {
    const chip = espChip({ profile: SEVERAL_KEYS });
    const image = new Uint8Array(BODY);
    new DataView(image.buffer).setUint16(0xd0, 200, true);
    const { app, log } = bootStaged(chip, image);
    assert.equal(app?.version, '1.2.0');
    assert.ok(log.some((line) => line.includes('Image requires efuse blk rev >= v2.0, but chip is v1.3')));
  });
});
