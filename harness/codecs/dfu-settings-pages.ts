import { crc32 } from '#codecs/crc32.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import type { BootValidation } from '#codecs/dfu-init-packet.ts';
import {
  BANK_CODE,
  type DfuSettings,
  parseDfuSettings,
  sealDfuSettings,
  settingsCrcFits,
} from '#codecs/dfu-settings.ts';

/** Address of the settings page by chip; the backup page is `SETTINGS_BACKUP_OFFSET` below. */
export const SETTINGS_ADDRESS = {
  nrf51: 0x3fc00,
  nrf52810: 0x2f000,
  nrf52811: 0x2f000,
  nrf52820: 0x3f000,
  nrf52832: 0x7f000,
  nrf52833: 0x7f000,
  nrf52840: 0xff000,
} as const;

/** The page that the boot loader goes by at its start, and why. */
export interface SettingsChoice {
  readonly page: 'settings' | 'backup' | 'none';
  readonly settings: DfuSettings | null;
  /** Both pages are good and say different things: the settings page was written alone, and counts for nothing. */
  readonly disagree: boolean;
}

/** Which of the two pages counts (`nrf_dfu_settings.c`): the backup wherever it is good, else the settings page. */
export function chosenSettings(page: Uint8Array, backup: Uint8Array): SettingsChoice {
  const [own, copy] = [goodSettings(page), goodSettings(backup)];
  if (copy !== null) {
    return { page: 'backup', settings: copy, disagree: own !== null && own.crc !== copy.crc };
  }
  return { page: own === null ? 'none' : 'settings', settings: own, disagree: false };
}

function goodSettings(bytes: Uint8Array): DfuSettings | null {
  const settings = parseDfuSettings(bytes);
  return isDfuDefect(settings) || !settingsCrcFits(settings) ? null : settings;
}

/** What new settings say; the rest is zero, as after an installation by a programmer. */
export interface SettingsRequest {
  readonly version: 1 | 2;
  readonly appVersion: number;
  readonly bootloaderVersion: number;
  /** The application in bank 0; null for none. */
  readonly application: Uint8Array | null;
  /** Bytes of the SoftDevice without the MBR. */
  readonly sdSize?: number;
  /** Version 2: how application and SoftDevice are to be checked. */
  readonly validations?: { readonly application?: BootValidation; readonly softdevice?: BootValidation };
}

/** A settings page of the same bytes as `nrfutil settings generate` writes: as long as the fields, filled up to a word. */
export function newDfuSettings(request: SettingsRequest): Uint8Array {
  const { version, application, validations = {} } = request;
  const isNewer = version === 2;
  const bank = (size: number, crc: number, code: number) => ({ size, crc, code });
  return sealDfuSettings({
    crc: 0,
    version,
    appVersion: request.appVersion,
    bootloaderVersion: request.bootloaderVersion,
    bankLayout: 0,
    bankCurrent: 0,
    bank0:
      application === null
        ? bank(0, 0, BANK_CODE.invalid)
        : bank(application.length, crc32(application), BANK_CODE.application),
    bank1: bank(0, 0, BANK_CODE.invalid),
    writeOffset: 0,
    sdSize: request.sdSize ?? 0,
    progress: new Uint8Array(32),
    enterButtonless: 0,
    initCommand: new Uint8Array(isNewer ? 512 : 0),
    validations: isNewer
      ? {
          crc: 0,
          softdevice: validations.softdevice ?? NO_VALIDATION,
          application: validations.application ?? NO_VALIDATION,
          bootloader: NO_VALIDATION,
        }
      : null,
    rest: isNewer ? Uint8Array.of(0xff) : new Uint8Array(),
  });
}

const NO_VALIDATION: BootValidation = { type: 0, bytes: new Uint8Array() };
