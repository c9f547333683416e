import { ImageFacts } from '#virtual/esp-idf/image-facts.ts';
import { SignatureJudge } from '#virtual/esp-idf/signature.ts';
import type { Storage } from '#virtual/storage.ts';

/** How a simulated chip's software was configured, and which mistakes it was built with. */
export interface EspOptions {
  /** `esp_chip_id_t`; 0 is ESP32. */
  readonly chipId?: number;
  /** major * 100 + minor; default 301. */
  readonly revision?: number;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE; default on. */
  readonly rollback?: boolean;
  /** CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK; default on. ESP-IDF does not support it beside a factory partition. */
  readonly antiRollback?: boolean;
  /** Flaw ids, see flaws.ts. */
  readonly flaws?: ReadonlySet<string>;
}

/** What boot loader and OTA functions share: the storage and the configuration they were built for. */
export interface EspTraits {
  readonly storage: Storage;
  readonly chipId: number;
  readonly revision: number;
  readonly rollback: boolean;
  readonly antiRollback: boolean;
  /** Signature blocks and key digests that the chip looks at: 1 on ESP32. */
  readonly keySlots: number;
  readonly flaws: ReadonlySet<string>;
  readonly facts: ImageFacts;
  readonly signatures: SignatureJudge;
}

/** Options with their defaults. */
export function espTraits(storage: Storage, options: EspOptions = {}): EspTraits {
  const flaws = options.flaws ?? new Set<string>();
  const rollback = (options.rollback ?? true) && !flaws.has('esp-idf/rollback-disabled');
  return {
    storage,
    chipId: options.chipId ?? 0,
    revision: options.revision ?? 301,
    rollback,
    antiRollback: options.antiRollback ?? true,
    keySlots: 1,
    flaws,
    facts: new ImageFacts(),
    signatures: new SignatureJudge(),
  };
}
