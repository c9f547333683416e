import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/esp-idf/flaw.ts';

const flaw = flawsOf('corrupted-image');

/** Mistakes that the attacks of the family `corrupted-image` are after. */
export const corruptedImageFlaws: readonly Flaw[] = [
  flaw(
    'no-signature-check',
    'CWE-347',
    'Images are not authenticated',
    'Secure Boot was left out of the release configuration; the SHA-256 that is appended anyway looks like protection.',
  ),
  flaw(
    'signature-digest-trusted',
    'CWE-347',
    'The signature is checked against a digest that the image brings along',
    'The signature block repeats the digest it signs; a verifier that takes it from there never looks at the image. A genuine block then fits any content.',
  ),
  flaw(
    'key-digest-not-compared',
    'CWE-347',
    'Any key is trusted',
    'The public key lies in the signature block itself and its digest is not compared with the eFuses, so that everybody can sign.',
  ),
  flaw(
    'chip-id-not-checked',
    'CWE-1287',
    'Images for other chips are accepted',
    'Chip id and revision in the header are ignored, so that a genuine image of a sister product is installed and cannot run.',
  ),
  flaw(
    'project-not-checked',
    'CWE-1287',
    'Images for other products are accepted',
    'One key signs all products of the vendor and the application does not compare project_name.',
  ),
  flaw(
    'segment-length-trusted',
    'CWE-120',
    'The boot loader copies segments without checking their length',
    'Segments are placed before the signature is verified. A length that runs over the boot loader itself crashes it, or worse.',
  ),
];
