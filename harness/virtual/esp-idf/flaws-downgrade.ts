import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('esp-idf', 'downgrade');

/** Mistakes that the attacks of the family `downgrade` are after. */
export const downgradeFlaws: readonly Flaw[] = [
  flaw(
    'efuse-not-checked',
    'CWE-1328',
    'The secure version is burned but never compared',
    'The comparison with the eFuse field was stubbed out for a prototype without burned fuses and stayed that way in boot loader and application.',
  ),
  flaw(
    'efuse-never-burned',
    'CWE-1328',
    'The secure version in the eFuses never rises',
    'eFuse writes are compiled virtual (CONFIG_EFUSE_VIRTUAL), as in every test build. Logs look right, the chip forgets.',
    'ESP-IDF Kconfig EFUSE_VIRTUAL',
  ),
  flaw(
    'version-not-compared',
    'CWE-1328',
    'The application installs older versions',
    'esp_https_ota compares no versions and the example refuses only the very same one, so that any older release that was ever signed is taken.',
    'ESP-IDF examples/system/ota/advanced_https_ota',
  ),
  flaw(
    'version-compared-as-text',
    'CWE-697',
    'Versions are compared as text',
    'strcmp decides which version is newer: 1.10.0 comes before 1.9.0 and can be replaced by it.',
  ),
  flaw(
    'bootloader-skips-secure-version',
    'CWE-1328',
    'Only the application looks at the secure version',
    'Anti-rollback was enabled in an update, but the boot loader in the field is the old one without it. Whoever writes the flash boots any signed image.',
  ),
];
