import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'corrupted-image');

/** Mistakes about what a genuine image is for. */
export const productFlaws = [
  flaw(
    'product-not-checked',
    'CWE-345',
    'Firmware for another product is accepted',
    'One key signs for several products and nothing in the image is compared with the product it is on.',
    'MCUBOOT_UUID_CID',
  ),
  flaw(
    'class-id-optional',
    'CWE-345',
    'Firmware that names no product is accepted',
    'The class id is compared where there is one; images from before ids came, of any product, go on passing.',
    'MCUBOOT_UUID_CID',
  ),
  flaw(
    'class-id-length-trusted',
    'CWE-1284',
    'The class id is compared over the length that the entry claims',
    'The comparison takes its length from the entry, so that an empty id fits every product.',
    'MCUBOOT_UUID_CID',
  ),
  flaw(
    'any-class-id-suffices',
    'CWE-345',
    'One fitting class id among several is enough',
    'Images with several ids came up for product families, and the loop was made to look for the first that fits.',
    'MCUBOOT_UUID_CID',
  ),
  flaw(
    'counter-limit-unchecked',
    'CWE-1284',
    'A security counter that cannot be stored is accepted',
    'Nobody asks whether one-time memory has room for the image’s counter. The failure comes when the counter is to be raised, and then at every start.',
    'MCUBOOT_HW_ROLLBACK_PROT_COUNTER_LIMITED',
  ),
] as const;
