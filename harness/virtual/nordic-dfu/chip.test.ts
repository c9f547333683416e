import assert from 'node:assert/strict';
import { crc32 } from '#codecs/crc32.ts';
import type { InitCommand } from '#codecs/dfu-init-packet.ts';
import { dfuSigningKey } from '#codecs/dfu-key.ts';
import { buildDfuPackage, encodeDfuPackage, initCommandFor } from '#codecs/dfu-package.ts';
import { newDfuSettings } from '#codecs/dfu-settings-pages.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';
import { buildPayload } from '#codecs/payload.ts';
import type { Tear } from '#core/tear.ts';
import { NordicDfuChip } from '#virtual/nordic-dfu/chip.ts';
import { NRF52840_DFU as LAYOUT } from '#virtual/nordic-dfu/dfu-layout.ts';
import type { DfuProfile } from '#virtual/nordic-dfu/prevalidation.ts';
import { PowerLost, Storage } from '#virtual/storage.ts';

const SHAPE = { size: 0x10_0000, page: 0x1000, word: 4, fuses: 0, kind: 'nrf52-nvmc' } as const;
const SIGNER = dfuSigningKey(testSigningKey('nordic dfu').pem);
const FOREIGN = dfuSigningKey(testSigningKey('nordic dfu foreign').pem);
const PROFILE: DfuProfile = {
  key: SIGNER,
  hardwareVersion: 52,
  signedUpdates: true,
  downgradePrevention: true,
  acceptsSameVersion: true,
  singleBank: false,
};
/** Two pages apart, so that the copy notes its progress more often than its usual eight pages. */
const OLD = firmware(0x1f00, 1);
const NEW = firmware(0x5a3c, 2);

function firmware(size: number, seed: number): Uint8Array {
  return buildPayload(
    { behaviour: 'healthy', buildId: `000000000000000${seed}`, product: 'dfu' },
    size,
    seed,
  );
}

function chipOf(profile: Partial<DfuProfile> = {}): NordicDfuChip {
  const storage = new Storage(SHAPE);
  const flash = new Uint8Array(SHAPE.size).fill(0xff);
  const settings = newDfuSettings({ version: 2, appVersion: 3, bootloaderVersion: 1, application: OLD });
  flash.set(OLD, LAYOUT.application);
  for (const at of [LAYOUT.settings, LAYOUT.backup]) flash.set(settings, at);
  storage.load({ flash, fuses: new Uint32Array(0) });
  return new NordicDfuChip({ storage, layout: LAYOUT, profile: { ...PROFILE, ...profile } });
}

function archive(image: Uint8Array, options: Partial<InitCommand> = {}, key = SIGNER): Uint8Array {
  const init = initCommandFor('application', image, { fwVersion: 4, hwVersion: 52, sdReq: [0], ...options });
  return encodeDfuPackage(
    buildDfuPackage([{ kind: 'application', name: 'app', firmware: image, init }], key),
  );
}

function buildId(chip: NordicDfuChip): string | null {
  return chip.boot().app?.buildId.at(-1) ?? null;
}

/** How many operations an action takes, without doing it for good. */
function operationsOf({ storage }: NordicDfuChip, action: () => void): number {
  let count = 0;
  const mark = storage.mark();
  storage.onOperation = () => void (count += 1);
  action();
  storage.onOperation = null;
  storage.rewind(mark);
  return count;
}

/** What is left after a cut at each operation of an action, and a start. */
function sweep(chip: NordicDfuChip, action: () => void, then: () => string | null): Map<string, number> {
  const seen = new Map<string, number>();
  const tears: readonly Tear[] = [
    'before',
    'prefix',
    'half-programmed',
    'partial-erase',
    'weak-erase',
    'after',
  ];
  for (let index = 0; index < operationsOf(chip, action); index++) {
    for (const [seed, tear] of tears.entries()) {
      const mark = chip.storage.mark();
      chip.storage.arm({ index, tear, seed: 17 * index + seed });
      assert.throws(action, PowerLost);
      const end = String(then());
      seen.set(end, (seen.get(end) ?? 0) + 1);
      chip.storage.rewind(mark);
    }
  }
  return seen;
}

describe('virtual/nordic-dfu chip', () => {
  it('takes an update behind the application, then copies it over that one', () => {
    const chip = chipOf();
    assert.deepEqual([buildId(chip), chip.boot().app?.version], ['1', '3']);
    assert.equal(chip.receive(archive(NEW)), null);
    assert.deepEqual([buildId(chip), chip.boot().app?.version], ['2', '4']);
    const installed = chip.storage.bytes.subarray(LAYOUT.application, LAYOUT.application + NEW.length);
    assert.equal(crc32(installed), crc32(NEW));
  });

  it('refuses what the boot loader refuses, and keeps the application', () => {
    const damaged = { hash: { type: 3, bytes: new Uint8Array(32) } };
    const cases = [
      ['signature', archive(NEW, {}, FOREIGN)],
      ['version', archive(NEW, { fwVersion: 2 })],
      ['version-missing', archive(NEW, { fwVersion: null })],
      ['hardware-version', archive(NEW, { hwVersion: 51 })],
      ['softdevice', archive(NEW, { sdReq: [0x100] })],
      ['type', archive(NEW, { type: 1 })],
      ['hash-type', archive(NEW, { hash: { type: 1, bytes: new Uint8Array(4) } })],
      ['size', archive(NEW, { appSize: 0 })],
      ['no-room', archive(NEW, { appSize: 0x10_0000 })],
      ['hash', archive(NEW, damaged)],
      ['init-packet', Uint8Array.of(1, 2, 3)],
    ] as const;
    for (const [refusal, update] of cases) {
      const chip = chipOf();
      assert.equal(chip.receive(update), refusal);
      assert.equal(buildId(chip), '1', refusal);
    }
  });

  it('takes the version that runs where it is built so, and any version without downgrade prevention', () => {
    assert.equal(chipOf().receive(archive(NEW, { fwVersion: 3 })), null);
    assert.equal(chipOf({ acceptsSameVersion: false }).receive(archive(NEW, { fwVersion: 3 })), 'version');
    assert.equal(chipOf({ downgradePrevention: false }).receive(archive(NEW, { fwVersion: 1 })), null);
  });

  it('goes by the backup page where both are good, and by the other where it is not', () => {
    const newer = newDfuSettings({ version: 2, appVersion: 9, bootloaderVersion: 1, application: OLD });
    const chip = chipOf();
    const content = chip.storage.save();
    content.flash.set(newer, LAYOUT.settings);
    chip.storage.load(content);
    assert.equal(chip.boot().app?.version, '3', 'a settings page written alone counts for nothing');
    content.flash.fill(0xff, LAYOUT.backup, LAYOUT.backup + 4);
    content.flash.set(newer, LAYOUT.settings);
    chip.storage.load(content);
    assert.equal(chip.boot().app?.version, '9');
    content.flash.fill(0xff, LAYOUT.settings, LAYOUT.settings + 4);
    chip.storage.load(content);
    assert.equal(chip.boot().app, null, 'without settings no application is valid');
  });

  it('keeps the application through any cut of a transfer, or has the whole update', () => {
    const chip = chipOf();
    chip.boot();
    const seen = sweep(
      chip,
      () => void chip.receive(archive(NEW)),
      () => buildId(chip),
    );
    assert.deepEqual([...seen.keys()].toSorted(), ['1', '2']);
  });

  it('ends an interrupted activation with the update, wherever it was cut', () => {
    const chip = chipOf();
    chip.receive(archive(NEW));
    assert.ok(operationsOf(chip, () => chip.boot()) > 20);
    const seen = sweep(
      chip,
      () => void chip.boot(),
      () => buildId(chip),
    );
    assert.deepEqual([...seen.keys()], ['2']);
  });

  it('has nothing to run after a cut transfer where it is built for a single bank', () => {
    const chip = chipOf({ singleBank: true });
    chip.boot();
    const seen = sweep(
      chip,
      () => void chip.receive(archive(NEW)),
      () => buildId(chip),
    );
    assert.deepEqual([...seen.keys()].toSorted(), ['1', '2', 'null']);
    chip.receive(archive(NEW));
    assert.equal(buildId(chip), '2');
  });

  it('does not try an activation again whose copy came out wrong', () => {
    const chip = chipOf();
    chip.receive(archive(NEW));
    const content = chip.storage.save();
    const copyAt = LAYOUT.application + 0x2000 + 0x100;
    content.flash[copyAt] = (content.flash[copyAt] ?? 0) ^ 1;
    chip.storage.load(content);
    assert.equal(chip.boot().app, null);
    assert.equal(
      operationsOf(chip, () => chip.boot()),
      0,
    );
  });
});
