import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { crc32 } from '#codecs/crc32.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  BANK_CODE,
  type DfuSettings,
  encodeDfuSettings,
  parseDfuSettings,
  sealDfuSettings,
  settingsCrcFits,
  validationsCrcFits,
} from '#codecs/dfu-settings.ts';
import { chosenSettings, newDfuSettings } from '#codecs/dfu-settings-pages.ts';

/** A version 1 page laid out by hand: an application of 0x2c160 bytes in bank 0. */
const V1 = withCrc(
  page({ 0x04: '01000000 03000000 03000000', 0x18: '60c10200 813fc862 01000000' }).subarray(0, 0x5c),
  0x5c,
);
/** A version 2 page laid out by hand: a SoftDevice too, and a CRC to check each by at boot. */
const V2 = withCrc(
  page({
    0x04: '02000000 01000000 01000000',
    0x18: 'b4480100 bfee72f2 01000000',
    0x34: '50410200',
    0x260: '01 cebd005b',
    0x2a1: '01 bfee72f2',
  }),
  0x5c,
);

/** Puts the CRC-32 of what follows it in front. */
function withCrc(bytes: Uint8Array, end: number): Uint8Array {
  new DataView(bytes.buffer).setUint32(0, crc32(bytes.subarray(4, end)), true);
  if (bytes.length > 0x260) new DataView(bytes.buffer).setUint32(0x25c, crc32(bytes.subarray(0x260)), true);
  return bytes;
}

function page(lines: Readonly<Record<number, string>>): Uint8Array {
  const bytes = new Uint8Array(0x323);
  for (const [at, hex] of Object.entries(lines)) bytes.set(hexToBytes(hex.replaceAll(' ', '')), Number(at));
  return bytes;
}

function parsed(bytes: Uint8Array): DfuSettings {
  const settings = parseDfuSettings(bytes);
  if (isDfuDefect(settings)) assert.fail(JSON.stringify(settings));
  return settings;
}

describe('DFU settings page', () => {
  it('reads a version 1 page', () => {
    const settings = parsed(V1);
    const { version, appVersion, bootloaderVersion, bank0, validations } = settings;
    assert.deepEqual([version, appVersion, bootloaderVersion], [1, 3, 3]);
    assert.deepEqual(bank0, { size: 0x2c160, crc: 0x62c83f81, code: BANK_CODE.application });
    assert.equal(validations, null);
    assert.ok(settingsCrcFits(settings));
    assert.equal(validationsCrcFits(settings), null);
  });

  it('reads a version 2 page', () => {
    const settings = parsed(V2);
    assert.deepEqual([settings.version, settings.sdSize], [2, 0x24150]);
    assert.deepEqual(settings.bank0, { size: 0x148b4, crc: 0xf272eebf, code: BANK_CODE.application });
    assert.ok(settings.validations !== null);
    assert.deepEqual(
      [settings.validations.softdevice, settings.validations.application].map(({ type, bytes }) => [
        type,
        bytes.slice(0, 4),
      ]),
      [
        [1, hexToBytes('cebd005b')],
        [1, hexToBytes('bfee72f2')],
      ],
    );
    assert.ok(settingsCrcFits(settings));
    assert.equal(validationsCrcFits(settings), true);
  });

  it("gives the CRCs that nrfutil's tests expect of new pages", () => {
    const common = { appVersion: 1, bootloaderVersion: 1, application: null };
    assert.equal(parsed(newDfuSettings({ ...common, version: 1 })).crc, 0xeaa3288e);
    const newer = parsed(newDfuSettings({ ...common, version: 2 }));
    assert.deepEqual([newer.crc, newer.validations?.crc], [0x12ecf0a5, 0xacda1ba2]);
  });

  it('knows a flipped bit by its CRC, in either half', () => {
    for (const [at, fits, validations] of [
      [0x08, false, true],
      [0x2a1, true, false],
      [0x80, true, true],
    ] as const) {
      const bytes = V2.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      const settings = parsed(bytes);
      assert.deepEqual([settingsCrcFits(settings), validationsCrcFits(settings)], [fits, validations]);
      const sealed = parsed(sealDfuSettings(settings));
      assert.ok(settingsCrcFits(sealed) && validationsCrcFits(sealed));
    }
  });

  it('refuses what is no settings page', () => {
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(), 'settings-length'],
      [V1.slice(0, -1), 'settings-length'],
      [new Uint8Array(0x1001), 'settings-length'],
      [V2.slice(0, -1), 'settings-length'],
      [new Uint8Array(0x1000).fill(0xff), 'settings-version'],
      [new Uint8Array(0x1000), 'settings-version'],
    ];
    for (const [bytes, defect] of cases) {
      const found = parseDfuSettings(bytes);
      assert.ok(isDfuDefect(found));
      assert.equal(found.defect, defect);
    }
  });

  it('goes by the backup wherever that is good, as the boot loader does', () => {
    const blank = new Uint8Array(0x1000).fill(0xff);
    const newer = newDfuSettings({ version: 2, appVersion: 9, bootloaderVersion: 1, application: null });
    assert.deepEqual(
      [
        [V2, newer],
        [newer, newer],
        [V2, blank],
        [blank, newer],
        [blank, blank],
      ].map(([own = blank, copy = blank]) => {
        const { page: which, settings, disagree } = chosenSettings(own, copy);
        return [which, settings?.appVersion ?? null, disagree];
      }),
      [
        ['backup', 9, true],
        ['backup', 9, false],
        ['settings', 1, false],
        ['backup', 9, false],
        ['none', null, false],
      ],
    );
  });

  it('never takes a blank CRC for a good one', () => {
    assert.ok(!settingsCrcFits({ ...parsed(V2), crc: 0xffffffff }));
  });

  it('gives back the bytes of whatever it reads', () => {
    const arbitrary = fc
      .tuple(fc.constantFrom(1, 2, 3), fc.uint8Array({ maxLength: 1200, size: 'max' }))
      .map(([version, bytes]) => {
        if (bytes.length > 8) bytes.set([version, 0, 0, 0], 4);
        return bytes;
      });
    let read = 0;
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        const settings = parseDfuSettings(bytes);
        if (isDfuDefect(settings)) return;
        read += 1;
        assert.deepEqual(encodeDfuSettings(settings), bytes);
      }),
      { numRuns: 500 },
    );
    assert.ok(read > 50, `${read} were read`);
  });
});
