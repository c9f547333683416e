import { OTA_STATE } from '#codecs/esp-otadata.ts';
import type { PartitionRow } from '#codecs/esp-partition.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import { ESP_ERR, type EspErr } from '#virtual/esp-idf/esp-err.ts';
import { burnRevocation, keyDigestIn, keyRevoked, secureBootEnabled } from '#virtual/esp-idf/fuses.ts';
import { checkImage } from '#virtual/esp-idf/image-check.ts';
import { isStop } from '#virtual/esp-idf/loaded-image.ts';
import { blockKeysOf } from '#virtual/esp-idf/signed-image.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** Who asks for a revocation. */
export interface Revoker {
  readonly running: PartitionRow;
  /** What otadata says of the running slot. */
  readonly state: number | null;
  readonly console: Console;
}

const TAG = 'esp_ota_ops';

/**
 * `esp_ota_revoke_secure_boot_public_key`: the running application must be confirmed and verify with another key. The boot
 * loader of a simulated chip counts as signed with every key that was burned at the factory.
 */
export function revokeKey(traits: EspTraits, revoker: Revoker, slot: number): EspErr {
  const { storage, chip } = traits;
  const { console, running, state } = revoker;
  if (chip.keySlots === 1) return ESP_ERR.notSupported;
  if (!secureBootEnabled(storage)) {
    console.log('E', TAG, 'Secure boot v2 has not been enabled.');
    return ESP_ERR.fail;
  }
  if (slot < 0 || slot >= chip.keySlots) {
    console.log('E', TAG, `Invalid Index found for public key revocation ${slot}.`);
    return ESP_ERR.invalidArg;
  }
  if (traits.rollback && state !== OTA_STATE.valid) {
    console.log('E', TAG, 'The current running application is not marked as a valid image. Aborting..');
    return ESP_ERR.fail;
  }
  if (keyRevoked(storage, slot) || keyDigestIn(storage, slot) === null) {
    console.log('I', TAG, `Given public key digest(${slot}) is already revoked.`);
    return ESP_ERR.ok;
  }
  if (!verifiesWithout(traits, running, slot, console)) {
    console.log('E', TAG, 'Application cannot be verified with any key other than the one being revoked');
    return ESP_ERR.fail;
  }
  burnRevocation(storage, slot);
  console.log('I', TAG, `Revoked signature block ${slot}.`);
  return ESP_ERR.ok;
}

/** Whether a slot's image has a good block of a key in another slot that is still trusted. */
function verifiesWithout(
  traits: EspTraits,
  partition: PartitionRow,
  slot: number,
  console: Console,
): boolean {
  const image = checkImage(traits, partition, 'verify', console);
  if (isStop(image)) return false;
  const others = Array.from({ length: traits.chip.keySlots }, (_, i) => i)
    .filter((i) => i !== slot && !keyRevoked(traits.storage, i))
    .map((i) => keyDigestIn(traits.storage, i))
    .filter((digest) => digest !== null);
  return blockKeysOf(traits, image).some((key) => others.some((digest) => Buffer.compare(key, digest) === 0));
}
