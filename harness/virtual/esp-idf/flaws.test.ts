import assert from 'node:assert/strict';
import { encodeEspImage, parseEspImage, sealEspImage } from '#codecs/esp-image.ts';
import { appendBlocks, signEspImage } from '#codecs/esp-secure-boot.ts';
import { parseSignatureSector } from '#codecs/esp-signature-block.ts';
import {
  booted,
  bootStaged,
  bytesOf,
  entries,
  espChip,
  overwrite,
  setEntry,
  SLOTS,
} from '#virtual/esp-idf/chip.fixture.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { espFlaws, espFlawsWithoutAntiRollback } from '#virtual/esp-idf/flaws.ts';
import { secureVersion } from '#virtual/esp-idf/fuses.ts';
import { testKeys } from '../../../boards/esp32-devkitc/keys.ts';

const UPDATE = bytesOf({ version: '1.3.0', securityCounter: 3 });
const BODY = UPDATE.subarray(0, 0x10000);
const plain = parseEspImage(BODY);

/** The update with another flash size in its header: sealed again, signed by whoever. */
const altered = encodeEspImage(sealEspImage({ ...plain, header: { ...plain.header, spiSize: 4 } }));

function trial(chip: EspChip): void {
  chip.stage(booted(chip), UPDATE);
  chip.boot();
}

/** What a chip with or without the flaw does; the two must differ. */
const DEMONSTRATIONS: Readonly<Record<string, (chip: EspChip) => unknown>> = {
  'rollback-disabled': (chip) => {
    trial(chip);
    return booted(chip).version;
  },
  'pending-not-aborted': (chip) => {
    trial(chip);
    return booted(chip).version;
  },
  'confirm-not-stored': (chip) => {
    chip.stage(booted(chip), UPDATE);
    assert.ok(chip.confirm(booted(chip)), 'success is reported either way');
    return booted(chip).version;
  },
  'efuse-not-checked': (chip) =>
    bootStaged(chip, bytesOf({ version: '1.9.0', securityCounter: 1 })).app?.version,
  'efuse-never-burned': (chip) => {
    chip.stage(booted(chip), UPDATE);
    chip.confirm(booted(chip));
    chip.boot();
    return secureVersion(chip.storage);
  },
  'bootloader-skips-secure-version': (chip) => {
    const old = bytesOf({ version: '1.9.0', securityCounter: 1 });
    chip.stage(booted(chip), old);
    assert.equal(booted(chip).version, '1.2.0', 'the application does look');
    return bootStaged(chip, old).app?.version;
  },
  'no-signature-check': (chip) => bootStaged(chip, altered).app?.version,
  'signature-digest-trusted': (chip) =>
    bootStaged(chip, appendBlocks(altered, parseSignatureSector(UPDATE.subarray(0x10000)))).app?.version,
  'key-digest-not-compared': (chip) =>
    bootStaged(chip, signEspImage(BODY, testKeys.foreign.pem)).app?.version,
  'chip-id-not-checked': (chip) => {
    const header = { ...plain.header, chipId: 9 };
    const image = encodeEspImage(sealEspImage({ ...plain, header }));
    return bootStaged(chip, signEspImage(image, testKeys.signing.pem)).app?.version;
  },
  'segment-length-trusted': (chip) => {
    const segments = plain.segments.map((each, i) => (i === 1 ? { ...each, length: 0xfffffff0 } : each));
    const image = encodeEspImage(sealEspImage({ ...plain, segments }));
    const { app, log } = bootStaged(chip, signEspImage(image, testKeys.foreign.pem));
    const crashed = log.some((line) =>
      line.startsWith("Guru Meditation Error: Core  0 panic'ed (LoadProhibited)"),
    );
    assert.equal(crashed, app === null);
    return app?.version;
  },
  'otadata-single-sector': (chip) => {
    trial(chip);
    return entries(chip).map(({ seq }) => seq);
  },
  'otadata-before-image': (chip) => {
    chip.ota(booted(chip)).begin(UPDATE.length);
    return entries(chip)[0].seq;
  },
  'both-sectors-erased': (chip) => {
    const erased: number[] = [];
    chip.stage(booted(chip), UPDATE);
    chip.storage.onOperation = (operation) => {
      if (operation.kind === 'erase') erased.push(operation.address);
    };
    chip.boot();
    return erased;
  },
  'image-not-verified-at-boot': (chip) => {
    const half = new Uint8Array(UPDATE).fill(0xff, 0x4000, 0x5000);
    return bootStaged(chip, half).app?.behaviour;
  },
  'otadata-crc-ignored': (chip) => {
    trial(chip);
    setEntry(chip, 0, 3);
    chip.storage.write(0xd000 + 24, new Uint8Array(8));
    return booted(chip).version;
  },
};

/** Acted on where the application is simulated. */
const OF_THE_APPLICATION = [
  'app-confirms-at-start',
  'no-watchdog',
  'version-not-compared',
  'version-compared-as-text',
  'project-not-checked',
];

describe('flaws of a simulated ESP32', () => {
  it('are all shown here, or belong to the application', () => {
    const shown = [...Object.keys(DEMONSTRATIONS), ...OF_THE_APPLICATION].map((name) => `esp-idf/${name}`);
    assert.deepEqual(espFlaws.map(({ id }) => id).sort(), shown.sort());
  });

  for (const [name, demonstrate] of Object.entries(DEMONSTRATIONS)) {
    it(`${name} changes what the chip does`, () => {
      const sound = demonstrate(espChip());
      const flawed = demonstrate(espChip({ flaws: [`esp-idf/${name}`] }));
      assert.notDeepEqual(flawed, sound);
    });
  }

  for (const { id } of espFlaws) {
    it(`${id} leaves a good update alone`, () => {
      const chip = espChip({ flaws: [id] });
      chip.stage(booted(chip), UPDATE);
      const update = booted(chip);
      assert.equal(update.version, '1.3.0');
      assert.ok(chip.confirm(update));
    });
  }

  it('of anti-rollback change nothing where there is none', () => {
    const meaningful = new Set(espFlawsWithoutAntiRollback);
    const idle = espFlaws.filter((flaw) => !meaningful.has(flaw));
    assert.equal(idle.length, 3);
    const old = bytesOf({ version: '1.9.0', securityCounter: 0 });
    for (const flaws of [[], ...idle.map(({ id }) => [id])]) {
      const chip = espChip({ variant: 'esp32-devkitc-factory', flaws });
      overwrite(chip, SLOTS[1], old);
      setEntry(chip, 1, 4);
      const update = booted(chip);
      assert.deepEqual([update.version, chip.confirm(update)], ['1.9.0', true]);
      assert.equal(secureVersion(chip.storage), 0);
    }
  });

  it('a damaged image is damaged on a chip that checks no signature, too', () => {
    const chip = espChip({ flaws: ['esp-idf/no-signature-check'] });
    const damaged = new Uint8Array(UPDATE);
    damaged[0x4000] = (damaged[0x4000] ?? 0) ^ 1;
    overwrite(chip, SLOTS[0], damaged);
    setEntry(chip, 0, 3);
    assert.equal(booted(chip).version, '1.2.0');
  });
});
