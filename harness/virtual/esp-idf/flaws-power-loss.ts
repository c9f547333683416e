import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/esp-idf/flaw.ts';

const flaw = flawsOf('power-loss');

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
];
