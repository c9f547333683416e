import { espFlips } from '#fuzz/forge-esp-flips.ts';
import { espKeys } from '#fuzz/forge-esp-keys.ts';
import { espLies } from '#fuzz/forge-esp-lies.ts';
import { espProducts } from '#fuzz/forge-esp-product.ts';
import { espTampered } from '#fuzz/forge-esp-tampered.ts';
import { espUnsigned } from '#fuzz/forge-esp-unsigned.ts';
import { composer } from '#fuzz/composed.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';

const CONTENT: readonly Layer[] = ['structure', 'checksum', 'hash'];

const both = composer([espFlips, espKeys, espLies, espProducts, espTampered, espUnsigned].flat());

/** Two forgeries in one image: what the first breaks, the second covers up, or hides behind. */
export const espComposed: readonly Forgery[] = [
  both('tampered/resealed', 'foreign-key/own-key', {
    attack: 'foreign-key',
    id: 'tampered-by-stranger',
    title: 'Payload changed and signed by a stranger',
    temptation: 'nothing in the file contradicts itself any more; only the eFuses know the key',
    missing: 'esp-idf/key-digest-not-compared',
    intact: [...CONTENT, 'signature'],
  }),
  both('tampered/secure-version-raised', 'foreign-key/borrowed-key', {
    attack: 'foreign-key',
    id: 'raised-by-stranger',
    title: 'A higher secure version under the maker’s key and a stranger’s signature',
    temptation: 'description, hash, digest and key are right for a loader that stops short of the signature',
    missing: 'esp-idf/rsa-not-verified',
    intact: [...CONTENT, 'trusted-key'],
  }),
  both('size-lies/segment-count-one-more', 'foreign-key/own-key', {
    attack: 'foreign-key',
    id: 'extra-segment-by-stranger',
    title: 'One segment more than there is, signed by a stranger',
    temptation:
      'the signature covers the lie, so that a loader which trusts any key reads on behind the image',
    missing: 'esp-idf/key-digest-not-compared',
    intact: ['structure', 'checksum', 'signature'],
  }),
  both('tampered/resealed', 'unsigned/blank-sector', {
    attack: 'unsigned',
    id: 'tampered-unsigned',
    title: 'Payload changed, signature erased',
    temptation: 'checksum and hash fit the change, and there is no signature that could contradict it',
    missing: 'esp-idf/missing-signature-accepted',
    intact: CONTENT,
  }),
  both('product/other-chip', 'size-lies/trailing-bytes', {
    attack: 'product',
    id: 'other-chip-trailing',
    title: 'Another chip’s image with bytes behind it',
    temptation:
      'a header that some tool appended to the end says the right chip; the loader reads the one in front',
    missing: 'esp-idf/chip-id-not-checked',
    intact: [...CONTENT, 'signature', 'trusted-key'],
  }),
];
