import { ESP32, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { EspFlash, type FlashEncryption } from '#virtual/esp-idf/esp-flash.ts';
import { ImageFacts } from '#virtual/esp-idf/image-facts.ts';
import { SignatureJudge } from '#virtual/esp-idf/signature.ts';
import type { Storage } from '#virtual/storage.ts';

/** A pin that is held while the chip starts. */
export type Strap = 'none' | 'factory-reset' | 'test';

/** What a held pin erases before the start (CONFIG_BOOTLOADER_FACTORY_RESET). */
export interface FactoryReset {
  /** Labels of data partitions (CONFIG_BOOTLOADER_DATA_FACTORY_RESET). */
  readonly erases: readonly string[];
  /** Whether otadata goes, too (CONFIG_BOOTLOADER_OTA_DATA_ERASE). */
  readonly otadata: boolean;
}

/** How a simulated chip's software was configured, and which mistakes it was built with. */
export interface EspOptions {
  /** Default ESP32 (CONFIG_IDF_TARGET). */
  readonly chip?: ChipModel;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE; default on. */
  readonly rollback?: boolean;
  /** CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK; default on. ESP-IDF does not support it beside a factory partition. */
  readonly antiRollback?: boolean;
  /** CONFIG_BOOTLOADER_APP_TEST; default off. */
  readonly appTest?: boolean;
  /** CONFIG_BOOTLOADER_FACTORY_RESET; default off. */
  readonly factoryReset?: FactoryReset | null;
  /** The pin held at every start; default none. */
  readonly strap?: Strap;
  /** CONFIG_SECURE_FLASH_ENC_ENABLED; default off. */
  readonly flashEncryption?: FlashEncryption | null;
  /** Flaw ids, see flaws.ts. */
  readonly flaws?: ReadonlySet<string>;
}

/** What boot loader and OTA functions share: the storage and the configuration they were built for. */
export interface EspTraits extends Required<EspOptions> {
  readonly storage: Storage;
  /** The storage as the processor sees it. */
  readonly flash: EspFlash;
  readonly facts: ImageFacts;
  readonly signatures: SignatureJudge;
}

/** Options with their defaults. */
export function espTraits(storage: Storage, options: EspOptions = {}): EspTraits {
  const flaws = options.flaws ?? new Set<string>();
  const rollback = (options.rollback ?? true) && !flaws.has('esp-idf/rollback-disabled');
  return {
    storage,
    chip: options.chip ?? ESP32,
    rollback,
    antiRollback: options.antiRollback ?? true,
    appTest: options.appTest ?? false,
    factoryReset: options.factoryReset ?? null,
    strap: options.strap ?? 'none',
    flashEncryption: options.flashEncryption ?? null,
    flash: new EspFlash(storage, options.flashEncryption),
    flaws,
    facts: new ImageFacts(),
    signatures: new SignatureJudge(),
  };
}
