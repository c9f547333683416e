import { DFU_VALIDATION, type BootValidation } from '#codecs/dfu-init-packet.ts';
import { dfuSigningKey, verifyDfuSignature } from '#codecs/dfu-key.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { crc32 } from '#codecs/crc32.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  type DfuSettings,
  parseDfuSettings,
  sealDfuSettings,
  SETTINGS_BACKUP_OFFSET,
  settingsCrcFits,
} from '#codecs/dfu-settings.ts';
import { chosenSettings, newDfuSettings, SETTINGS_ADDRESS } from '#codecs/dfu-settings-pages.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { anyWord } from '#codecs/peers/nrfutil/packets.ts';
import { coded, firstDifference, type NrfutilCase, plain } from '#codecs/peers/nrfutil/process.ts';

const { pem } = testSigningKey('dfu settings peer');
const key = dfuSigningKey(pem);

type Architecture = readonly [option: string, shown: string, address: number];

/** The tool's names of chips: for its options, in its display, and the address of the page. */
const ARCHITECTURES: readonly [Architecture, ...Architecture[]] = [
  ['NRF51', 'nRF51', SETTINGS_ADDRESS.nrf51],
  ['NRF52', 'nRF52', SETTINGS_ADDRESS.nrf52832],
  ['NRF52QFAB', 'nRF52QFAB', SETTINGS_ADDRESS.nrf52820],
  ['NRF52810', 'NRF52810', SETTINGS_ADDRESS.nrf52810],
  ['NRF52840', 'NRF52840', SETTINGS_ADDRESS.nrf52840],
];

/** The tool's names of boot validations, by type. */
export const VALIDATIONS = [
  'NO_VALIDATION',
  'VALIDATE_GENERATED_CRC',
  'VALIDATE_GENERATED_SHA256',
  'VALIDATE_ECDSA_P256_SHA256',
] as const;

/** The tool fills images up to whole words. */
export function filledUp(bytes: Uint8Array): Uint8Array {
  const filled = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(0xff);
  filled.set(bytes);
  return filled;
}

/** The record of an image; an ECDSA one is random, so theirs is taken once it verifies. */
function record(type: number, image: Uint8Array | null, theirs: BootValidation | undefined): BootValidation {
  const none = { type: DFU_VALIDATION.none, bytes: new Uint8Array() };
  if (image === null) return none;
  if (type === DFU_VALIDATION.crc) {
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, crc32(image), true);
    return { type, bytes: word };
  }
  if (type === DFU_VALIDATION.sha256) return { type, bytes: sha256(image) };
  if (type === DFU_VALIDATION.ecdsa && theirs !== undefined) {
    return verifyDfuSignature(image, theirs.bytes, key) ? { type, bytes: theirs.bytes } : none;
  }
  return none;
}

async function theirPage(...[tool, random]: Parameters<NrfutilCase['run']>): Promise<string | null> {
  const [arch, , address] = random.pick(ARCHITECTURES);
  const version = random.pick([1, 2] as const);
  const [appType, sdType] = [random.below(4), random.below(4)];
  const application = random.oneIn(5) ? null : filledUp(random.bytes(1 + random.below(600)));
  const softdevice = random.oneIn(2) ? null : filledUp(random.bytes(1 + random.below(600)));
  const [appVersion, bootloaderVersion] = [anyWord(random), anyWord(random)];
  const answer = await tool.ask({
    do: 'make-settings',
    application: application && coded(application),
    softdevice: softdevice && coded(softdevice),
    pem,
    options: {
      arch,
      app_ver: appVersion,
      bl_ver: bootloaderVersion,
      bl_sett_ver: version,
      app_boot_validation_type: VALIDATIONS[appType],
      sd_boot_validation_type: VALIDATIONS[sdType],
    },
  });
  const page = plain(answer['page']);
  const theirs = parseDfuSettings(page);
  if (isDfuDefect(theirs))
    return `ours refused ${JSON.stringify(theirs)}, theirs ${JSON.stringify(answer['refused'])}`;
  const ours = newDfuSettings({
    version,
    appVersion,
    bootloaderVersion,
    application,
    sdSize: softdevice?.length ?? 0,
    validations: {
      application: record(appType, application, theirs.validations?.application),
      softdevice: record(sdType, softdevice, theirs.validations?.softdevice),
    },
  });
  return firstDifference([
    ['address', address, answer['address']],
    ['backup address', address - SETTINGS_BACKUP_OFFSET, answer['backupAddress']],
    ['page', ours, page],
    ['backup', ours, plain(answer['backup'])],
    ['chosen', chosenSettings(page, plain(answer['backup'])).page, 'backup'],
  ]);
}

function anySettings(random: Draw): Uint8Array {
  const version = random.pick([1, 2] as const);
  const bank = () => ({ size: anyWord(random), crc: anyWord(random), code: anyWord(random) });
  const validation = () => ({ type: random.below(4), bytes: random.bytes(64) });
  const settings: DfuSettings = {
    crc: 0,
    version,
    appVersion: anyWord(random),
    bootloaderVersion: anyWord(random),
    bankLayout: anyWord(random),
    bankCurrent: anyWord(random),
    bank0: bank(),
    bank1: bank(),
    writeOffset: anyWord(random),
    sdSize: anyWord(random),
    progress: random.bytes(32),
    enterButtonless: random.below(2),
    initCommand: random.bytes(version === 2 ? 512 : 256),
    validations:
      version === 2
        ? { crc: 0, softdevice: validation(), application: validation(), bootloader: validation() }
        : null,
    rest: random.bytes(random.below(200)),
  };
  return sealDfuSettings(settings);
}

/** What `nrfutil settings display` says of a page. */
function display(settings: DfuSettings, family: string, address: number): string {
  const hex = (value: number) => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
  const both = (value: number, unit = '') => `${hex(value)} (${value}${unit})`;
  const { validations, bank0 } = settings;
  const lines = [
    ['File', 'ours.hex'],
    ['Family', family],
    ['Start Address', hex(address)],
    ['CRC', hex(settings.crc)],
    ['Settings Version', both(settings.version)],
    ['App Version', both(settings.appVersion)],
    ['Bootloader Version', both(settings.bootloaderVersion)],
    ['Bank Layout', hex(settings.bankLayout)],
    ['Current Bank', hex(settings.bankCurrent)],
    ['Application Size', both(bank0.size, ' bytes')],
    ['Application CRC', hex(bank0.crc)],
    ['Bank0 Bank Code', hex(bank0.code)],
    ['Softdevice Size', both(validations === null ? 0 : settings.sdSize, ' bytes')],
    ['Boot Validation CRC', hex(validations?.crc ?? 0)],
    ['SD Boot Validation Type', both(validations?.softdevice.type ?? 0)],
    ['App Boot Validation Type', both(validations?.application.type ?? 0)],
  ] as const;
  const shown = lines.map(([name, value]) => `* ${`${name}:`.padEnd(26)}${value}`);
  return ['', 'Bootloader DFU Settings:', ...shown, ''].join('\n');
}

async function ourPage(...[tool, random]: Parameters<NrfutilCase['run']>): Promise<string | null> {
  const [, family, address] = random.pick(ARCHITECTURES);
  const page = anySettings(random);
  if (random.oneIn(4)) page[8 + random.below(0x54)] = random.below(256);
  const settings = parseDfuSettings(page);
  if (isDfuDefect(settings)) return `ours refused ${JSON.stringify(settings)}`;
  const answer = await tool.ask({ do: 'read-settings', page: coded(page), address });
  const fits = settingsCrcFits(settings);
  return firstDifference([
    ['CRC fits', fits, answer['refused'] === undefined],
    ['display', fits ? display(settings, family, address) : undefined, answer['display']],
  ]);
}

/** Settings pages, theirs and ours. */
export const settingsCases: readonly NrfutilCase[] = [
  { name: 'their settings page', run: theirPage },
  { name: 'our settings page', run: ourPage },
];
