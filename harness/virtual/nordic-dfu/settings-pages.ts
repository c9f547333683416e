import { InternalError } from '#core/errors.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  type DfuSettings,
  parseDfuSettings,
  sealDfuSettings,
  settingsCrcFits,
  validationsCrcFits,
} from '#codecs/dfu-settings.ts';
import { newDfuSettings } from '#codecs/dfu-settings-pages.ts';
import type { DfuLayout } from '#virtual/nordic-dfu/dfu-layout.ts';
import type { Storage } from '#virtual/storage.ts';

/** Settings as after an erase of both pages: nothing is valid. */
const EMPTY = newDfuSettings({ version: 2, appVersion: 0, bootloaderVersion: 0, application: null });

/** The settings page and its backup, as `nrf_dfu_settings.c` reads and writes them. */
export class SettingsPages {
  readonly #storage: Storage;
  readonly #layout: DfuLayout;

  constructor(storage: Storage, layout: DfuLayout) {
    this.#storage = storage;
    this.#layout = layout;
  }

  /** The backup wherever it is good, else the page, else nothing; what was found is written to both. */
  restore(): DfuSettings {
    const { settings, backup } = this.#layout;
    const found = this.#backupAt(backup) ?? this.#settingsAt(settings) ?? parsed(EMPTY);
    return this.store(found);
  }

  /** Page first, then backup: an update of the settings counts from the erase of the backup on. */
  store(settings: DfuSettings): DfuSettings {
    const bytes = sealDfuSettings(settings);
    this.#write(this.#layout.settings, bytes);
    this.#write(this.#layout.backup, bytes);
    return settings;
  }

  /** What is there already is not written again. */
  #write(address: number, bytes: Uint8Array): void {
    if (Buffer.compare(this.#read(address), bytes) === 0) return;
    this.#storage.erase(address, this.#storage.shape.page);
    this.#storage.write(address, bytes);
  }

  #read(address: number): Uint8Array {
    return this.#storage.bytes.subarray(address, address + EMPTY.length);
  }

  #settingsAt(address: number): DfuSettings | null {
    const settings = parseDfuSettings(this.#read(address));
    return isDfuDefect(settings) || !settingsCrcFits(settings) ? null : settings;
  }

  /** Of the backup alone, the boot validation records have to be whole too. */
  #backupAt(address: number): DfuSettings | null {
    const settings = this.#settingsAt(address);
    return settings === null || validationsCrcFits(settings) === false ? null : settings;
  }
}

function parsed(bytes: Uint8Array): DfuSettings {
  const settings = parseDfuSettings(bytes);
  if (!isDfuDefect(settings)) return settings;
  throw new InternalError({
    code: 'dfu-settings',
    message: 'settings that were just made cannot be read',
    got: settings.got,
    remedy: 'check the settings codec against its vectors',
  });
}
