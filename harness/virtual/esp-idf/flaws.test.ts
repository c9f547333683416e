import assert from 'node:assert/strict';
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
import { espFlaws, espFlawsFor } from '#virtual/esp-idf/flaws.ts';
import { secureVersion } from '#virtual/esp-idf/fuses.ts';
import { FACTORY } from '../../../boards/esp32-devkitc/profile.ts';

const UPDATE = bytesOf({ version: '1.3.0', securityCounter: 3 });
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
  'active-record-overwritten': (chip) => {
    trial(chip);
    return booted(chip).version;
  },
  'second-record-ignored': (chip) => {
    trial(chip);
    setEntry(chip, 0, 3);
    chip.storage.write(0xd000 + 28, new Uint8Array(4));
    return booted(chip).version;
  },
  'upload-to-running-slot': (chip) => {
    chip.stage(booted(chip), UPDATE);
    return booted(chip).slot;
  },
  'partition-table-rewritten': (chip) => {
    const touched = new Set<number>();
    const app = booted(chip);
    chip.storage.onOperation = ({ kind, address }) => kind === 'erase' && touched.add(address);
    chip.stage(app, UPDATE);
    return touched.has(0x8000);
  },
  'counter-burned-on-trial': (chip) => {
    trial(chip);
    return secureVersion(chip.storage);
  },
};

/** Acted on where the application is simulated. */
const OF_THE_APPLICATION = [
  'app-confirms-at-start',
  'no-watchdog',
  'version-not-compared',
  'version-compared-as-text',
];

/** Shown by the forgeries that aim at them, one by one (forgeries.test.ts). */
const OF_FORGED_IMAGES = espFlaws
  .filter(({ family }) => family === 'corrupted-image')
  .map(({ id }) => id.replace('esp-idf/', ''));

describe('flaws of a simulated ESP32', () => {
  it('are all shown here, by a forgery, or belong to the application', () => {
    const shown = [...Object.keys(DEMONSTRATIONS), ...OF_THE_APPLICATION, ...OF_FORGED_IMAGES];
    assert.deepEqual(espFlaws.map(({ id }) => id).sort(), shown.map((name) => `esp-idf/${name}`).sort());
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
    const meaningful = new Set(espFlawsFor({ ...FACTORY, keyRevoked: true }));
    const idle = espFlaws.filter((flaw) => !meaningful.has(flaw));
    assert.ok(idle.length >= 4);
    const old = bytesOf({ version: '1.9.0', securityCounter: 0 });
    for (const flaws of [[], ...idle.map(({ id }) => [id])]) {
      const chip = espChip({ profile: FACTORY, flaws });
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
