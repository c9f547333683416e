import type { Flaw } from '#core/rig.ts';

function flaw(
  name: string,
  family: string,
  cwe: string | null,
  title: string,
  story: string,
  reference?: string,
): Flaw {
  return {
    id: `esp-idf/${name}`,
    family,
    title,
    story,
    cwe,
    ...(reference === undefined ? {} : { reference }),
  };
}

const ROLLBACK: readonly Flaw[] = [
  flaw(
    'rollback-disabled',
    'rollback',
    'CWE-1188',
    'Rollback support is not compiled in',
    'CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE is off by default, so that an update is final as soon as it was selected. Most tutorials never turn it on.',
    'ESP-IDF Kconfig BOOTLOADER_APP_ROLLBACK_ENABLE',
  ),
  flaw(
    'app-confirms-at-start',
    'rollback',
    'CWE-696',
    'The application marks itself valid before its self-test',
    'app_main begins with esp_ota_mark_app_valid_cancel_rollback, so that an update that cannot work any more still makes itself permanent. Copied from examples that cut the diagnostics out.',
  ),
  flaw(
    'no-watchdog',
    'rollback',
    'CWE-755',
    'No watchdog runs during the trial',
    'ESP-IDF stops the boot watchdog when app_main starts and the task watchdog was left out, so that an update that hangs stays on trial for ever.',
  ),
  flaw(
    'pending-not-aborted',
    'rollback',
    'CWE-754',
    'An update that reset during its trial gets another one',
    'A patched boot loader does not turn PENDING_VERIFY into ABORTED, to be lenient about brown-outs. An update that crashes is then tried for ever.',
  ),
  flaw(
    'confirm-not-stored',
    'rollback',
    'CWE-392',
    'Marking valid reports success but stores nothing',
    'The call is wrapped in a settings layer that postpones flash writes and never flushes this one, so that a good update goes away at the next reset.',
  ),
];

const DOWNGRADE: readonly Flaw[] = [
  flaw(
    'efuse-not-checked',
    'downgrade',
    'CWE-1328',
    'The secure version is burned but never compared',
    'The comparison with the eFuse field was stubbed out for a prototype without burned fuses and stayed that way in boot loader and application.',
  ),
  flaw(
    'efuse-never-burned',
    'downgrade',
    'CWE-1328',
    'The secure version in the eFuses never rises',
    'eFuse writes are compiled virtual (CONFIG_EFUSE_VIRTUAL), as in every test build. Logs look right, the chip forgets.',
    'ESP-IDF Kconfig EFUSE_VIRTUAL',
  ),
  flaw(
    'version-not-compared',
    'downgrade',
    'CWE-1328',
    'The application installs older versions',
    'esp_https_ota compares no versions and the example refuses only the very same one, so that any older release that was ever signed is taken.',
    'ESP-IDF examples/system/ota/advanced_https_ota',
  ),
  flaw(
    'version-compared-as-text',
    'downgrade',
    'CWE-697',
    'Versions are compared as text',
    'strcmp decides which version is newer: 1.10.0 comes before 1.9.0 and can be replaced by it.',
  ),
  flaw(
    'bootloader-skips-secure-version',
    'downgrade',
    'CWE-1328',
    'Only the application looks at the secure version',
    'Anti-rollback was enabled in an update, but the boot loader in the field is the old one without it. Whoever writes the flash boots any signed image.',
  ),
];

const CORRUPTED_IMAGE: readonly Flaw[] = [
  flaw(
    'no-signature-check',
    'corrupted-image',
    'CWE-347',
    'Images are not authenticated',
    'Secure Boot was left out of the release configuration; the SHA-256 that is appended anyway looks like protection.',
  ),
  flaw(
    'signature-digest-trusted',
    'corrupted-image',
    'CWE-347',
    'The signature is checked against a digest that the image brings along',
    'The signature block repeats the digest it signs; a verifier that takes it from there never looks at the image. A genuine block then fits any content.',
  ),
  flaw(
    'key-digest-not-compared',
    'corrupted-image',
    'CWE-347',
    'Any key is trusted',
    'The public key lies in the signature block itself and its digest is not compared with the eFuses, so that everybody can sign.',
  ),
  flaw(
    'chip-id-not-checked',
    'corrupted-image',
    'CWE-1287',
    'Images for other chips are accepted',
    'Chip id and revision in the header are ignored, so that a genuine image of a sister product is installed and cannot run.',
  ),
  flaw(
    'project-not-checked',
    'corrupted-image',
    'CWE-1287',
    'Images for other products are accepted',
    'One key signs all products of the vendor and the application does not compare project_name.',
  ),
  flaw(
    'segment-length-trusted',
    'corrupted-image',
    'CWE-120',
    'The boot loader copies segments without checking their length',
    'Segments are placed before the signature is verified. A length that runs over the boot loader itself crashes it, or worse.',
  ),
];

const POWER_LOSS: readonly Flaw[] = [
  flaw(
    'otadata-single-sector',
    'power-loss',
    'CWE-662',
    'Both boot records lie in one flash sector',
    'The otadata partition was shrunk to save a sector. Every change erases both records, and a cut before they are written back forgets which slot was good.',
  ),
  flaw(
    'otadata-before-image',
    'power-loss',
    'CWE-696',
    'The new slot is selected before its image is written',
    'The boot partition is set when the download starts. A cut before the slot is erased boots whatever older release still lies in it.',
  ),
  flaw(
    'both-sectors-erased',
    'power-loss',
    'CWE-662',
    'Changing one boot record erases both sectors',
    'The whole otadata partition is erased and written back, as generic flash drivers do. A cut in between leaves a chip that starts anew with the first slot.',
  ),
  flaw(
    'image-not-verified-at-boot',
    'power-loss',
    'CWE-754',
    'The boot loader does not verify images',
    'Validation is skipped for a faster start (CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS) while the updater selects the slot first and counts on the boot loader to refuse half an image.',
    'ESP-IDF Kconfig BOOTLOADER_SKIP_VALIDATE_ALWAYS',
  ),
  flaw(
    'otadata-crc-ignored',
    'power-loss',
    'CWE-354',
    'A boot record counts without its checksum',
    'A record whose write was interrupted has no state yet, and no state boots like a confirmed one: an update that was being given up comes back for good.',
  ),
];

/** Mistakes a simulated ESP32 can be built with, below and in its application's update code. */
export const espFlaws: readonly Flaw[] = [...ROLLBACK, ...DOWNGRADE, ...CORRUPTED_IMAGE, ...POWER_LOSS];

const ANTI_ROLLBACK: ReadonlySet<string> = new Set([
  'esp-idf/efuse-not-checked',
  'esp-idf/efuse-never-burned',
  'esp-idf/bootloader-skips-secure-version',
]);

/** The mistakes that mean something on a chip built without anti-rollback. */
export const espFlawsWithoutAntiRollback: readonly Flaw[] = espFlaws.filter(
  ({ id }) => !ANTI_ROLLBACK.has(id),
);
