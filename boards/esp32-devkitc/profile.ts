import { UsageError } from '#core/errors.ts';
import { ESP32, ESP32S3, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import type { FactoryReset, Strap } from '#virtual/esp-idf/traits.ts';

/** What menuconfig, the partition table and the factory line decide; everything else of a board follows from it. */
export interface EspProfile {
  /** Board id. */
  readonly id: string;
  readonly title: string;
  /** CONFIG_IDF_TARGET. */
  readonly chip: ChipModel;
  /** Whether the partition table has a factory application in front of the two OTA slots. */
  readonly factory: boolean;
  /** Whether it has a test application. */
  readonly test: boolean;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. */
  readonly rollback: boolean;
  /** CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK. */
  readonly antiRollback: boolean;
  /** CONFIG_BOOTLOADER_APP_TEST: a held pin starts the test application. */
  readonly appTest: boolean;
  /** CONFIG_BOOTLOADER_FACTORY_RESET; null: off. */
  readonly factoryReset: FactoryReset | null;
  /** CONFIG_SECURE_FLASH_ENC_ENABLED, of chips with XTS-AES-128. */
  readonly encrypted: boolean;
  /** The pin that is held at every start of this bench. */
  readonly strap: Strap;
  /** Whether the first key slot holds a key that was revoked since (CONFIG_SECURE_BOOT_V2_ENABLED with several keys). */
  readonly keyRevoked: boolean;
  /** CONFIG_SECURE_BOOT_ENABLE_AGGRESSIVE_KEY_REVOKE. */
  readonly aggressiveRevoke: boolean;
}

/** ESP32-DevKitC with two OTA slots and everything ESP-IDF offers against bad updates. */
export const PLAIN: EspProfile = {
  id: 'esp32-devkitc',
  title: 'ESP32-DevKitC, two OTA slots',
  chip: ESP32,
  factory: false,
  test: false,
  rollback: true,
  antiRollback: true,
  appTest: false,
  factoryReset: null,
  encrypted: false,
  strap: 'none',
  keyRevoked: false,
  aggressiveRevoke: false,
};

/** The factory application is kept, hence no anti-rollback. */
export const FACTORY: EspProfile = {
  ...PLAIN,
  id: 'esp32-devkitc-factory',
  title: 'ESP32-DevKitC, factory application and two OTA slots',
  factory: true,
  antiRollback: false,
};

/** ESP-IDF's defaults: an update is final once it was selected. */
export const NO_ROLLBACK: EspProfile = {
  ...PLAIN,
  id: 'esp32-devkitc-no-rollback',
  title: 'ESP32-DevKitC, two OTA slots, no rollback',
  rollback: false,
  antiRollback: false,
};

/** A product with a way back to the factory application and a test application, each behind a pin. */
export const SERVICED: EspProfile = {
  ...FACTORY,
  id: 'esp32-devkitc-serviced',
  title: 'ESP32-DevKitC, factory and test application behind pins',
  test: true,
  appTest: true,
  factoryReset: { erases: ['nvs'], otadata: true },
};

/** Three keys, the first of which was revoked. */
export const SEVERAL_KEYS: EspProfile = {
  ...PLAIN,
  id: 'esp32-s3-devkitc',
  title: 'ESP32-S3-DevKitC, two OTA slots, several keys',
  chip: ESP32S3,
  keyRevoked: true,
  aggressiveRevoke: true,
};

/** What lies in flash is ciphertext: an interrupted write reads as noise, and so does an erased sector. */
export const ENCRYPTED: EspProfile = {
  ...PLAIN,
  id: 'esp32-s3-devkitc-encrypted',
  title: 'ESP32-S3-DevKitC, two OTA slots, flash encryption',
  chip: ESP32S3,
  encrypted: true,
};

/** Every build of the twin that the benches know. */
export const PROFILES: readonly EspProfile[] = [
  PLAIN,
  FACTORY,
  NO_ROLLBACK,
  SERVICED,
  SEVERAL_KEYS,
  ENCRYPTED,
];

/** UsageError for what menuconfig does not allow, or ESP-IDF does not support. */
export function checkProfile(profile: EspProfile): EspProfile {
  const { antiRollback, rollback, factory, test, keyRevoked, encrypted, chip } = profile;
  if (antiRollback && !rollback) throw impossible(profile, 'anti-rollback without rollback');
  if (antiRollback && (factory || test))
    throw impossible(profile, 'anti-rollback beside a factory or test app');
  if (keyRevoked && chip.keySlots === 1) throw impossible(profile, 'a revoked key on a chip with one key');
  if (encrypted && chip.name === 'esp32')
    throw impossible(profile, 'XTS-AES on a chip that has another cipher');
  return profile;
}

function impossible({ id }: EspProfile, got: string): UsageError {
  return new UsageError({
    code: 'esp-profile',
    message: `${id} asks for what ESP-IDF does not offer`,
    expected: 'what menuconfig allows (docs/virtual-boards.md)',
    got,
    remedy: 'change the profile',
  });
}
