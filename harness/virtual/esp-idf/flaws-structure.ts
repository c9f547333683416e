import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('esp-idf', 'corrupted-image');

/** Checks of an image's structure that a loader leaves out. */
export const structureFlaws: readonly Flaw[] = [
  flaw(
    'validation-skipped',
    'CWE-693',
    'The boot loader starts images without looking at them',
    'CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS saves start-up time, and the boot loader cannot be updated later. The updater still verifies; whoever writes the flash is not asked.',
    'ESP-IDF Kconfig BOOTLOADER_SKIP_VALIDATE_ALWAYS',
  ),
  flaw(
    'magic-not-checked',
    'CWE-1287',
    'The magic byte is not looked at',
    'The loader goes by the partition table alone, so that whatever is in the slot is taken for an image.',
  ),
  flaw(
    'chip-id-not-checked',
    'CWE-1287',
    'Images for other chips are accepted',
    'The chip id in the header is ignored, so that a genuine image of a sister product is installed and cannot run.',
  ),
  flaw(
    'min-revision-not-checked',
    'CWE-1287',
    'Images for later chip revisions are accepted',
    'Boards with older silicon are in the field, too. An image built for features that they lack installs and fails only in use.',
    'ESP-IDF Chip Revision API guide',
  ),
  flaw(
    'max-revision-not-checked',
    'CWE-1287',
    'Images that exclude this chip revision are accepted',
    'A release that must not run on a revision says so in its header; a loader from before the field existed does not read it.',
    'ESP-IDF Chip Revision API guide',
  ),
  flaw(
    'segment-count-trusted',
    'CWE-787',
    'More segments than the loader has room for',
    'Segment headers are kept in a table of sixteen while the count comes from the image. The seventeenth is written behind it, before anything is verified.',
  ),
  flaw(
    'segment-length-trusted',
    'CWE-120',
    'The boot loader reads segments without checking their length',
    'Segments are read before the signature is verified. A length that runs over the end of the flash crashes the loader, at every start.',
  ),
  flaw(
    'segment-address-trusted',
    'CWE-123',
    'The boot loader copies segments wherever their header says',
    'Segments are copied before the signature is verified. An address in the loader’s own stack, data or code replaces them.',
  ),
  flaw(
    'mapping-not-checked',
    'CWE-823',
    'Mapped segments are not held against the page they lie in',
    'The cache maps whole pages. A segment whose address and place in flash disagree within the page is seen shifted, and the application crashes on its own constants.',
  ),
  flaw(
    'first-segment-underflow',
    'CWE-191',
    'A first segment of four bytes makes the length wrap',
    'With anti-rollback, magic word and secure version are read first and eight bytes taken off the length, whatever it was. Releases up to v6.0 do so; the image need not be signed.',
    'ESP-IDF commit d06a91db188',
  ),
  flaw(
    'checksum-not-checked',
    'CWE-354',
    'The checksum is not compared',
    'It is skipped while a debugger is attached, and somebody made that the rule. The signature still holds, so that only the maker’s own damaged files get through.',
  ),
];
