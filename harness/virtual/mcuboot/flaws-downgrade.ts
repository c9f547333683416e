import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'downgrade');

/** Mistakes that the attacks of the family `downgrade` are after. */
export const downgradeFlaws = [
  flaw(
    'no-version-check',
    'CWE-1328',
    'Older versions are installed',
    'Any image with a good signature is taken. This is what MCUboot does unless downgrade prevention is turned on.',
  ),
  flaw(
    'version-major-only',
    'CWE-1328',
    'Only the major version is compared',
    'The comparison stops after its first field, so that every older release of the same generation is accepted.',
  ),
  flaw(
    'build-number-ignored',
    'CWE-1328',
    'Build numbers are not compared',
    'Two builds of one version count as equal, so that an older build can replace a newer one. This is the default of MCUboot.',
    'MCUBOOT_VERSION_CMP_USE_BUILD_NUMBER',
  ),
  flaw(
    'counter-not-checked',
    'CWE-1328',
    'A security counter lower than the stored one is accepted',
    'The counter is parsed and stored but never compared, so that old and vulnerable firmware boots under a new version number.',
  ),
  flaw(
    'counter-missing-accepted',
    'CWE-1328',
    'An image without a security counter is accepted',
    'A missing counter is taken for nothing to check, for the sake of images made before counters came.',
  ),
  flaw(
    'counter-never-advanced',
    'CWE-1328',
    'The stored security counter never rises',
    'The counter of a confirmed image is not written to one-time memory, so that the check compares with the factory value for ever.',
  ),
] as const;
