import { composer } from '#fuzz/composed.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import { mcubootFlips } from '#fuzz/forge-mcuboot-flips.ts';
import { mcubootOddSignatures } from '#fuzz/forge-mcuboot-odd-signature.ts';
import { mcubootProducts } from '#fuzz/forge-mcuboot-product.ts';
import { mcubootSigners } from '#fuzz/forge-mcuboot-signature.ts';
import { mcubootSizes } from '#fuzz/forge-mcuboot-sizes.ts';
import { mcubootTampered } from '#fuzz/forge-mcuboot-tampered.ts';
import { mcubootUnprotected } from '#fuzz/forge-mcuboot-unprotected.ts';

const both = composer(
  [
    mcubootFlips,
    mcubootOddSignatures,
    mcubootProducts,
    mcubootSigners,
    mcubootSizes,
    mcubootTampered,
    mcubootUnprotected,
  ].flat(),
);

/** Two forgeries in one image: what the first breaks, the second covers up, or hides behind. */
export const mcubootComposed: readonly Forgery[] = [
  both('tampered/rehashed', 'odd-signature/zeros', {
    attack: 'odd-signature',
    id: 'tampered-and-zeros',
    title: 'Changed code under zeros for a signature',
    temptation: 'no key is needed for any of it: this is how a verifier without range check falls',
    missing: 'mcuboot/signature-range-unchecked',
    intact: ['structure', 'hash', 'trusted-key'],
  }),
  both('tampered/version-raised', 'odd-signature/rsa', {
    attack: 'odd-signature',
    id: 'raised-and-rsa',
    title: 'A higher version under a signature of another scheme',
    temptation: 'hash and key hash are right, and the one entry that is not goes unread',
    missing: 'mcuboot/other-scheme-accepted',
    intact: ['structure', 'hash', 'trusted-key'],
  }),
  both('tampered/rehashed', 'foreign-key/own-key-hash', {
    attack: 'foreign-key',
    id: 'tampered-by-stranger',
    title: 'Changed code, signed by a stranger',
    temptation: 'nothing in the file contradicts itself any more; only the key is not the maker’s',
    missing: 'mcuboot/unknown-key-skipped',
    intact: ['structure', 'hash', 'signature'],
  }),
  both('tampered/shrunk', 'foreign-key/borrowed-key-hash', {
    attack: 'foreign-key',
    id: 'shrunk-by-stranger',
    title: 'Half of the code, signed by a stranger under the maker’s name',
    temptation: 'sizes, hash and key hash fit; only the verification itself can tell',
    missing: 'mcuboot/signature-result-ignored',
    intact: ['structure', 'hash', 'trusted-key'],
  }),
  both('product/class-id-missing', 'unprotected-tlv/class-id-added', {
    attack: 'unprotected-tlv',
    id: 'class-id-moved-out',
    title: 'Another product’s image with this one’s class id outside the signature',
    temptation: 'the signature is the maker’s, and the class id is there; who put it there is not asked',
    missing: 'mcuboot/unprotected-tlv-accepted',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
  }),
  both('bit-flip/hash', 'size-lies/trailing-bytes', {
    attack: 'bit-flip',
    id: 'hash-and-trailing-bytes',
    title: 'A hash that names nothing, and bytes behind the image',
    temptation: 'what the format ignores may make a reader ignore what stands in front of it',
    missing: 'mcuboot/hash-entry-ignored',
    cwe: 'CWE-354',
    intact: ['structure', 'signature', 'trusted-key'],
  }),
  both('tampered/rehashed', 'size-lies/tlv-past-end', {
    attack: 'size-lies',
    id: 'tampered-past-end',
    title: 'Changed code, and a signature that leaves the flash',
    temptation: 'the hash is right, and before the signature can be wrong its length has to be believed',
    missing: 'mcuboot/tlv-length-trusted',
    intact: ['hash', 'trusted-key'],
  }),
];
