import { crc32 } from '#codecs/crc32.ts';
import { type DfuDefect, DfuMisfit, orDefect } from '#codecs/dfu-defect.ts';
import type { BootValidation } from '#codecs/dfu-init-packet.ts';

/** Where a bank stands: `bank_code` (`nrf_dfu_types.h`). */
export const BANK_CODE = {
  invalid: 0x00,
  application: 0x01,
  softdevice: 0xa5,
  bootloader: 0xaa,
  softdeviceBootloader: 0xac,
  externalApplication: 0xb1,
} as const;

/** A bank as the settings describe it. */
export interface DfuBank {
  readonly size: number;
  readonly crc: number;
  readonly code: number;
}

/** The boot validation records of version 2, each a type and 64 bytes. */
export interface DfuValidations {
  /** CRC-32 of the records as stored. */
  readonly crc: number;
  readonly softdevice: BootValidation;
  readonly application: BootValidation;
  readonly bootloader: BootValidation;
}

/** `nrf_dfu_settings_t`: what the boot loader remembers, in a page of its own and in the backup page before it. */
export interface DfuSettings {
  /** CRC-32 of the words after it as stored; `settingsCrcFits` checks it. */
  readonly crc: number;
  readonly version: 1 | 2;
  readonly appVersion: number;
  readonly bootloaderVersion: number;
  readonly bankLayout: number;
  readonly bankCurrent: number;
  readonly bank0: DfuBank;
  readonly bank1: DfuBank;
  readonly writeOffset: number;
  readonly sdSize: number;
  /** The 32 bytes of `dfu_progress_t`. */
  readonly progress: Uint8Array;
  readonly enterButtonless: number;
  /** Room for the init packet of a transfer; 512 bytes in version 2, what there is of 256 in version 1. */
  readonly initCommand: Uint8Array;
  /** Version 2 only. */
  readonly validations: DfuValidations | null;
  /** Whatever follows: peer data, advertising name, padding. */
  readonly rest: Uint8Array;
}

/** Distance of the backup page, which is the MBR's parameter page, below the settings page. */
export const SETTINGS_BACKUP_OFFSET = 0x1000;

const AT = {
  words: 0x04,
  banks: 0x18,
  writeOffset: 0x30,
  progress: 0x38,
  enterButtonless: 0x58,
  initCommand: 0x5c,
  validationCrc: 0x25c,
  validations: 0x260,
  validationsEnd: 0x323,
} as const;
const INIT_COMMAND_V1 = 256;
const RECORD = 65;
/** A flash page; more is no settings page. */
const PAGE = 0x1000;

/** Takes a settings page apart, or as much of one as tools write. A CRC that does not fit is no defect. Never throws. */
export function parseDfuSettings(bytes: Uint8Array): DfuSettings | DfuDefect {
  return orDefect(() => {
    if (bytes.length < AT.initCommand || bytes.length > PAGE) {
      throw new DfuMisfit('settings-length', 0, `${AT.initCommand} to ${PAGE} bytes`, bytes.length);
    }
    const own = Uint8Array.from(bytes);
    const word = (at: number) => new DataView(own.buffer).getUint32(at, true);
    const version = word(AT.words);
    if (version !== 1 && version !== 2) throw new DfuMisfit('settings-version', AT.words, '1 or 2', version);
    if (version === 2 && own.length < AT.validationsEnd) {
      throw new DfuMisfit('settings-length', 0, `at least ${AT.validationsEnd} bytes`, own.length);
    }
    const end = version === 2 ? AT.validationCrc : AT.initCommand + INIT_COMMAND_V1;
    return {
      crc: word(0),
      version,
      appVersion: word(0x08),
      bootloaderVersion: word(0x0c),
      bankLayout: word(0x10),
      bankCurrent: word(0x14),
      bank0: { size: word(AT.banks), crc: word(0x1c), code: word(0x20) },
      bank1: { size: word(0x24), crc: word(0x28), code: word(0x2c) },
      writeOffset: word(AT.writeOffset),
      sdSize: word(0x34),
      progress: own.slice(AT.progress, AT.enterButtonless),
      enterButtonless: word(AT.enterButtonless),
      initCommand: own.slice(AT.initCommand, end),
      validations: version === 2 ? readValidations(own, word(AT.validationCrc)) : null,
      rest: own.slice(version === 2 ? AT.validationsEnd : end),
    };
  });
}

function readValidations(bytes: Uint8Array, crc: number): DfuValidations {
  const record = (index: number): BootValidation => {
    const at = AT.validations + index * RECORD;
    return { type: bytes[at] ?? 0, bytes: bytes.slice(at + 1, at + RECORD) };
  };
  return { crc, softdevice: record(0), application: record(1), bootloader: record(2) };
}

/** The page as it is told, CRCs included; settings that were taken apart give their bytes back. */
export function encodeDfuSettings(settings: DfuSettings): Uint8Array {
  const { bank0, bank1, validations } = settings;
  const head = validations === null ? AT.initCommand + settings.initCommand.length : AT.validationsEnd;
  const bytes = new Uint8Array(head + settings.rest.length);
  const view = new DataView(bytes.buffer);
  const words = [
    settings.crc,
    settings.version,
    settings.appVersion,
    settings.bootloaderVersion,
    settings.bankLayout,
    settings.bankCurrent,
    ...[bank0, bank1].flatMap(({ size, crc, code }) => [size, crc, code]),
    settings.writeOffset,
    settings.sdSize,
  ];
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  bytes.set(settings.progress, AT.progress);
  view.setUint32(AT.enterButtonless, settings.enterButtonless, true);
  bytes.set(settings.initCommand, AT.initCommand);
  if (validations !== null) writeValidations(bytes, validations);
  bytes.set(settings.rest, head);
  return bytes;
}

function writeValidations(
  bytes: Uint8Array,
  { crc, softdevice, application, bootloader }: DfuValidations,
): void {
  new DataView(bytes.buffer).setUint32(AT.validationCrc, crc, true);
  for (const [index, { type, bytes: value }] of [softdevice, application, bootloader].entries()) {
    bytes.set([type, ...value.subarray(0, RECORD - 1)], AT.validations + index * RECORD);
  }
}

/** The page with CRCs that fit: of 0x260 to 0x322 (version 2), then of 0x04 to 0x5B. */
export function sealDfuSettings(settings: DfuSettings): Uint8Array {
  const bytes = encodeDfuSettings(settings);
  const view = new DataView(bytes.buffer);
  if (settings.validations !== null) view.setUint32(AT.validationCrc, validationsCrcOf(bytes), true);
  view.setUint32(0, crc32(bytes.subarray(AT.words, AT.initCommand)), true);
  return bytes;
}

/** Whether the CRC fits; 0xFFFFFFFF means never written. */
export function settingsCrcFits(settings: DfuSettings): boolean {
  const bytes = encodeDfuSettings(settings);
  return settings.crc !== 0xffffffff && settings.crc === crc32(bytes.subarray(AT.words, AT.initCommand));
}

/** Whether the CRC of the boot validation records fits; null in version 1, which has none. */
export function validationsCrcFits(settings: DfuSettings): boolean | null {
  if (settings.validations === null) return null;
  return settings.validations.crc === validationsCrcOf(encodeDfuSettings(settings));
}

function validationsCrcOf(bytes: Uint8Array): number {
  return crc32(bytes.subarray(AT.validations, AT.validationsEnd));
}
