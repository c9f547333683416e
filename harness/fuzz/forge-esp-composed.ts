import { espFlips } from '#fuzz/forge-esp-flips.ts';
import { espKeys } from '#fuzz/forge-esp-keys.ts';
import { espLies } from '#fuzz/forge-esp-lies.ts';
import { espProducts } from '#fuzz/forge-esp-product.ts';
import { espTampered } from '#fuzz/forge-esp-tampered.ts';
import { espUnsigned } from '#fuzz/forge-esp-unsigned.ts';
import { forgeryName, type Forgery, type Layer } from '#fuzz/forgery.ts';

const CONTENT: readonly Layer[] = ['structure', 'checksum', 'hash'];

const SINGLE = new Map(
  [espFlips, espKeys, espLies, espProducts, espTampered, espUnsigned]
    .flat()
    .map((forgery) => [forgeryName(forgery), forgery]),
);

/** Two forgeries in one image: what the first breaks, the second covers up, or hides behind. */
export const espComposed: readonly Forgery[] = [
  composed('foreign-key', 'tampered-by-stranger', ['tampered/resealed', 'foreign-key/own-key'], {
    title: 'Payload changed and signed by a stranger',
    temptation: 'nothing in the file contradicts itself any more; only the eFuses know the key',
    missing: 'esp-idf/key-digest-not-compared',
    intact: [...CONTENT, 'signature'],
  }),
  composed(
    'foreign-key',
    'raised-by-stranger',
    ['tampered/secure-version-raised', 'foreign-key/borrowed-key'],
    {
      title: 'A higher secure version under the maker’s key and a stranger’s signature',
      temptation:
        'description, hash, digest and key are right for a loader that stops short of the signature',
      missing: 'esp-idf/rsa-not-verified',
      intact: [...CONTENT, 'trusted-key'],
    },
  ),
  composed(
    'foreign-key',
    'extra-segment-by-stranger',
    ['size-lies/segment-count-one-more', 'foreign-key/own-key'],
    {
      title: 'One segment more than there is, signed by a stranger',
      temptation:
        'the signature covers the lie, so that a loader which trusts any key reads on behind the image',
      missing: 'esp-idf/key-digest-not-compared',
      intact: ['structure', 'checksum', 'signature'],
    },
  ),
  composed('unsigned', 'tampered-unsigned', ['tampered/resealed', 'unsigned/blank-sector'], {
    title: 'Payload changed, signature erased',
    temptation: 'checksum and hash fit the change, and there is no signature that could contradict it',
    missing: 'esp-idf/missing-signature-accepted',
    intact: CONTENT,
  }),
  composed('product', 'other-chip-trailing', ['product/other-chip', 'size-lies/trailing-bytes'], {
    title: 'Another chip’s image with bytes behind it',
    temptation:
      'a header that some tool appended to the end says the right chip; the loader reads the one in front',
    missing: 'esp-idf/chip-id-not-checked',
    intact: [...CONTENT, 'signature', 'trusted-key'],
  }),
];

type Rest = Pick<Forgery, 'title' | 'temptation' | 'missing' | 'intact'>;

function composed(attack: string, id: string, names: readonly [string, string], rest: Rest): Forgery {
  const parts = names.map((name) => SINGLE.get(name)).filter((part) => part !== undefined);
  return {
    attack,
    id,
    category: 'composed',
    changes: parts.map(({ changes }) => changes).join('; then '),
    expect: 'refused',
    guard: 'boot-loader',
    cwe: parts.at(-1)?.cwe ?? 'CWE-347',
    ...rest,
    forge: (base, material) => parts.reduce((image, part) => part.forge(image, material), base),
  };
}
