import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'corrupted-image');

/** Mistakes in reading the entries behind the payload. */
export const entryFlaws = [
  flaw(
    'unprotected-tlv-accepted',
    'CWE-354',
    'Entries outside the signature are believed',
    'There is no allow-list for the unsigned area, so that counters and dependencies can be added to a signed image.',
    'CVE-2024-32883',
  ),
  flaw(
    'tlv-length-trusted',
    'CWE-787',
    'The length of an entry is believed',
    'An entry is copied into a buffer on the stack by the length it claims, so that a crafted image crashes the boot loader at every start.',
  ),
  flaw(
    'tlv-remainder-ignored',
    'CWE-1288',
    'Bytes that are no entry end the walk quietly',
    'A rest shorter than an entry’s header is taken for the end instead of an error, so that images which other readers refuse are run.',
  ),
  flaw(
    'tlv-magic-unchecked',
    'CWE-1288',
    'The magic of an area is not looked at',
    'Image header and sizes say where the areas are, so their magic is skipped; it is what tells the signed area from the other.',
  ),
  flaw(
    'protected-size-unchecked',
    'CWE-1288',
    'The two sizes of the protected area need not agree',
    'The image header’s size is used for the hash and the area’s own for nothing here, while another reader of the same image goes by it.',
  ),
  flaw(
    'no-tlvs-no-checks',
    'CWE-636',
    'An image without entries passes without checks',
    'Images from before there were signatures must go on booting during a migration, so a missing area means that there is nothing to check.',
  ),
] as const;
