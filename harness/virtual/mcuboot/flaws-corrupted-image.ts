import { entryFlaws } from '#virtual/mcuboot/flaws-entries.ts';
import { flawsOf } from '#virtual/flaw.ts';
import { headerFlaws } from '#virtual/mcuboot/flaws-header.ts';
import { productFlaws } from '#virtual/mcuboot/flaws-product.ts';
import { signatureFlaws } from '#virtual/mcuboot/flaws-signature.ts';

const flaw = flawsOf('mcuboot', 'corrupted-image');

const hashFlaws = [
  flaw(
    'hash-skips-header',
    'CWE-354',
    'Not every byte in front of the payload is hashed',
    'The hash is fed from the header structure in memory with unused fields and padding made up, so that these bytes in flash can be anything.',
  ),
  flaw(
    'hash-tlv-trusted',
    'CWE-354',
    'The signature is checked over the hash that the image claims',
    'The hash entry is verified with its signature but never compared with a hash of the bytes, so that the payload can be replaced.',
  ),
  flaw(
    'hash-entry-ignored',
    'CWE-354',
    'The hash entry is never compared',
    'Signature and computed hash agree, so the entry looks redundant. Management tools go by it all the same, and name an image that is not there.',
  ),
  flaw(
    'hash-entry-optional',
    'CWE-354',
    'An image without a hash entry is accepted',
    'The hash is compared where there is an entry; nobody asks whether there was one.',
  ),
  flaw(
    'hash-length-trusted',
    'CWE-1284',
    'The hash is compared over the length that the entry claims',
    'The comparison takes its length from the entry, so that an empty one equals every hash. Calls of memcmp with a length out of the message are a classic.',
  ),
  flaw(
    'hash-type-not-checked',
    'CWE-354',
    'A hash of another kind counts as the hash',
    'Support for SHA-384 and SHA-512 was prepared: the entries are known and count as seen, but only SHA-256 is computed and compared.',
  ),
  flaw(
    'last-hash-decides',
    'CWE-354',
    'Of several hash entries the last one decides',
    'The result of the comparison is overwritten by each entry, while the management protocol reports the first one.',
  ),
] as const;

/** Mistakes that the attacks of the family `corrupted-image` are after. */
export const corruptedImageFlaws = [
  ...hashFlaws,
  ...signatureFlaws,
  ...entryFlaws,
  ...headerFlaws,
  ...productFlaws,
] as const;
