import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('esp-idf', 'corrupted-image');

/** Checks that ESP-IDF leaves to the application, and an application leaves out. */
export const applicationFlaws: readonly Flaw[] = [
  flaw(
    'project-not-checked',
    'CWE-1287',
    'Images for other products are accepted',
    'One key signs all products of the vendor and the application does not compare project_name.',
  ),
  flaw(
    'project-compared-as-prefix',
    'CWE-187',
    'Product names are compared as far as the shorter one goes',
    'strncmp with the length of the own name: the sister product whose name only goes on longer passes.',
  ),
  flaw(
    'odd-version-accepted',
    'CWE-1286',
    'A version that cannot be read counts as newer',
    'The comparison gives up on a release with a suffix and lets it pass, so that an old pre-release installs over everything.',
  ),
  flaw(
    'descriptor-not-checked',
    'CWE-1287',
    'The application description is read without its magic word',
    'Version, product and secure version are taken from where they should be. In an image without description (a boot loader, say) other bytes stand there.',
  ),
];
