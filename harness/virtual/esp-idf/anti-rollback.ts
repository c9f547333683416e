import {
  APP_DESCRIPTOR_AT,
  APP_DESCRIPTOR_MAGIC,
  decodeAppDescriptor,
  type AppDescriptor,
} from '#codecs/esp-app-desc.ts';
import type { PartitionRow } from '#codecs/esp-partition.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import { burnSecureVersion, secureVersion } from '#virtual/esp-idf/fuses.ts';
import { ESP_ERR, type EspErr } from '#virtual/esp-idf/esp-err.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** The descriptor in a partition; null without the magic word, unless nobody looks at that. */
export function readDescriptor(traits: EspTraits, partition: PartitionRow): AppDescriptor | null {
  const from = partition.offset + APP_DESCRIPTOR_AT;
  const descriptor = decodeAppDescriptor(traits.flash.view(from, from + 256));
  if (traits.flaws.has('esp-idf/descriptor-not-checked')) return descriptor;
  return descriptor?.magic === APP_DESCRIPTOR_MAGIC ? descriptor : null;
}

/** `esp_efuse_check_secure_version`. */
export function secureVersionAllowed(traits: EspTraits, version: number): boolean {
  return traits.flaws.has('esp-idf/efuse-not-checked') || version >= secureVersion(traits.storage);
}

/** Whether the boot loader may try a partition: its app's secure version is not below the eFuses'. */
export function partitionAllowed(traits: EspTraits, partition: PartitionRow, console: Console): boolean {
  if (!traits.antiRollback || traits.flaws.has('esp-idf/bootloader-skips-secure-version')) return true;
  const descriptor = readDescriptor(traits, partition);
  if (descriptor === null) {
    console.log('E', 'boot', `Failed to get partition description ${ESP_ERR.notFound}`);
    return false;
  }
  return secureVersionAllowed(traits, descriptor.secureVersion);
}

/**
 * Raises the eFuses to the secure version of a partition's app (`esp_efuse_update_secure_version`). As on the chip, the
 * descriptor is believed without verifying the image it belongs to.
 */
export function advanceSecureVersion(traits: EspTraits, partition: PartitionRow, console: Console): EspErr {
  if (!traits.antiRollback) return ESP_ERR.ok;
  const descriptor = readDescriptor(traits, partition);
  if (descriptor === null) {
    console.log('E', 'boot', `Failed to get partition description ${ESP_ERR.notFound}`);
    return ESP_ERR.notFound;
  }
  const wanted = descriptor.secureVersion;
  const burned = secureVersion(traits.storage);
  const { secureVersionBits } = traits.chip;
  if (wanted > secureVersionBits) {
    const limit = `Max secure version is ${secureVersionBits}.`;
    console.log('E', 'efuse', `${limit} Given ${wanted} version can not be written.`);
    return ESP_ERR.invalidArg;
  }
  if (wanted < burned) {
    const why = 'secure_version of app is lower that eFuse field';
    console.log('E', 'efuse', `Anti-rollback is not set. ${why}(${burned}).`);
    return ESP_ERR.fail;
  }
  if (wanted > burned && !traits.flaws.has('esp-idf/efuse-never-burned')) {
    burnSecureVersion(traits.storage, wanted);
    console.log('I', 'efuse', `Anti-rollback is set. eFuse field is updated(${wanted}).`);
  }
  return ESP_ERR.ok;
}
