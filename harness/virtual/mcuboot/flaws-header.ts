import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'corrupted-image');

/** Mistakes in reading the image header. */
export const headerFlaws = [
  flaw(
    'image-size-trusted',
    'CWE-125',
    'The image size in the header is believed',
    'The hash is computed over as many bytes as the header says before anything is compared, so that the read leaves the flash and faults at every start.',
  ),
  flaw(
    'size-not-checked',
    'CWE-1284',
    'An image that leaves no room to swap is accepted',
    'The size limit counts neither trailer nor spare sector, so that a swap of the largest images runs over its own journal.',
    'mynewt-mcumgr #157',
  ),
  flaw(
    'old-magic-accepted',
    'CWE-1287',
    'Headers of the first format are accepted',
    'Both magics are taken for the sake of devices in the field, and then read with the layout of the second format.',
  ),
  flaw(
    'encrypted-flag-ignored',
    'CWE-1287',
    'An image that says it is encrypted is run as it is',
    'A build without decryption does not know the flag and jumps into what may be ciphertext.',
    'MCUBOOT_ENC_IMAGES',
  ),
  flaw(
    'compressed-flag-ignored',
    'CWE-1287',
    'An image that says it is compressed is run as it is',
    'A build without decompression does not know the flag and jumps into packed data.',
    'MCUBOOT_DECOMPRESS_IMAGES',
  ),
  flaw(
    'non-bootable-ignored',
    'CWE-1287',
    'An image that says it cannot be booted is booted',
    'The flag marks one half of a split application; a loader that knows no halves ignores it and runs the library.',
  ),
] as const;
