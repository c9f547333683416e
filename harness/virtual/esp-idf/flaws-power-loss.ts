import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('esp-idf', 'power-loss');

/** Mistakes that the attacks of the family `power-loss` are after. */
export const powerLossFlaws: readonly Flaw[] = [
  flaw(
    'otadata-single-sector',
    'CWE-662',
    'Both boot records lie in one flash sector',
    'The otadata partition was shrunk to save a sector. Every change erases both records, and a cut before they are written back forgets which slot was good.',
  ),
  flaw(
    'otadata-before-image',
    'CWE-696',
    'The new slot is selected before its image is written',
    'The boot partition is set when the download starts. A cut before the slot is erased boots whatever older release still lies in it.',
  ),
  flaw(
    'both-sectors-erased',
    'CWE-662',
    'Changing one boot record erases both sectors',
    'The whole otadata partition is erased and written back, as generic flash drivers do. A cut in between leaves a chip that starts anew with the first slot.',
  ),
  flaw(
    'image-not-verified-at-boot',
    'CWE-754',
    'The boot loader does not verify images',
    'Validation is skipped for a faster start (CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS) while the updater selects the slot first and counts on the boot loader to refuse half an image.',
    'ESP-IDF Kconfig BOOTLOADER_SKIP_VALIDATE_ALWAYS',
  ),
  flaw(
    'otadata-crc-ignored',
    'CWE-354',
    'A boot record counts without its checksum',
    'A record whose write was interrupted has no state yet, and no state boots like a confirmed one: an update that was being given up comes back for good.',
  ),
  flaw(
    'active-record-overwritten',
    'CWE-662',
    'A new boot record goes over the one in force',
    'The updater writes its record into the sector of the active one instead of the other. The record of the image that worked is gone, so that an update given up comes back.',
  ),
  flaw(
    'second-record-ignored',
    'CWE-755',
    'One damaged boot record discards both',
    'A record whose checksum fails is taken for damage of the whole partition, and the intact one beside it is not read. A cut while one is written makes the chip start anew with the first slot.',
  ),
  flaw(
    'upload-to-running-slot',
    'CWE-706',
    'A download goes over the image that runs',
    'A hand-written updater takes the first OTA partition of the table for the free one, and skips the check that esp_ota_begin makes. A broken transfer leaves nothing to boot.',
    'ESP-IDF esp_ota_begin: ESP_ERR_OTA_PARTITION_CONFLICT',
  ),
  flaw(
    'partition-table-rewritten',
    'CWE-662',
    'Each update rewrites the partition table in place',
    'The release brings its table along and the updater erases and writes the only copy. A cut in between leaves a chip that knows no partition at all.',
    'ESP-IDF OTA documentation: updating the partition table is not safe against loss of power',
  ),
  flaw(
    'counter-burned-on-trial',
    'CWE-696',
    'The anti-rollback eFuse is burned when a trial starts',
    'The boot loader raises the secure version for any image it selects, confirmed or not. A trial that is cut short can then not be given up: the old image counts as too old.',
    'ESP-IDF app rollback documentation: the secure version is raised once the application is confirmed',
  ),
];
