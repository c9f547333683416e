import { hash } from 'node:crypto';
import { type FoundSignature, holds, type ImageCheck } from '#codecs/mcuboot-check.ts';
import { findTlv, type McubootImage } from '#codecs/mcuboot-image.ts';
import { keyHashOf, type McubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import { SCHEMES } from '#codecs/mcuboot-scheme.ts';
import { HASH_TLV, type HashName, type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';

/** The hash entries of an image beside what they should be. */
export interface FoundHash {
  readonly name: HashName;
  readonly computed: Uint8Array;
  readonly isRight: boolean;
}

const HASHES = Object.keys(HASH_TLV) as readonly HashName[];
const SIGNATURES: ReadonlySet<number> = new Set(Object.values(SCHEMES).map(({ tlv }) => tlv));

/** Every hash entry, judged over the bytes that are to be hashed. A second one of a kind must be right as well. */
export function hashesOf(image: McubootImage, bytes: Uint8Array): readonly FoundHash[] {
  return HASHES.flatMap((name) => {
    const entries = image.unprotectedTlvs.filter(({ type }) => type === HASH_TLV[name]);
    if (entries.length === 0) return [];
    const computed = Uint8Array.from(hash(name, bytes, 'buffer'));
    return [{ name, computed, isRight: entries.every(({ value }) => same(value, computed)) }];
  });
}

/** The first signature that one of the keys made over the image as it is; null where there is none. */
export function signatureFound(
  image: McubootImage,
  bytes: Uint8Array,
  keys: readonly McubootPublicKey[],
): FoundSignature | null {
  const hashes = hashesOf(image, bytes);
  const pure = findTlv(image, TLV.pureSignature)?.[0] === 1;
  for (const { type, value } of image.unprotectedTlvs) {
    for (const key of keys) {
      const rules = SCHEMES[key.scheme];
      if (rules.tlv !== type || (pure && !rules.pure)) continue;
      const digest = hashes.find(({ name }) => rules.hashes.includes(name))?.computed;
      const signed = pure ? bytes : digest;
      if (signed === undefined || !key.verify(signed, value)) continue;
      return { scheme: key.scheme, pure, key: hexOf(keyHashOf(key)) };
    }
  }
  return null;
}

/** Whether the image names one of the keys, by hash or whole. */
export function keyEntryCheck(image: McubootImage, keys: readonly McubootPublicKey[]): ImageCheck {
  const check = 'key';
  const entries = image.unprotectedTlvs.filter(({ type }) => type === TLV.keyHash || type === TLV.publicKey);
  if (entries.length === 0) return { check, result: 'absent', detail: 'names no key' };
  const [first] = entries.map(({ value }) => hexOf(value).slice(0, 16));
  if (keys.length === 0) return { check, result: 'unchecked', detail: `names ${first}…; no key to compare` };
  const isNamed = entries.some((entry) => keys.some((key) => names(entry, key)));
  if (isNamed) return holds(check, `names a given key: ${first}…`);
  return { check, result: 'fails', detail: `names another key: ${first}…` };
}

/** What the search for a signature says about the image. */
export function signatureCheck(
  image: McubootImage,
  keys: readonly McubootPublicKey[],
  found: FoundSignature | null,
): ImageCheck {
  const check = 'signature';
  if (found !== null) {
    return holds(check, `${found.scheme}${found.pure ? ', pure' : ''}, by ${found.key.slice(0, 16)}…`);
  }
  const isSigned = image.unprotectedTlvs.some(({ type }) => SIGNATURES.has(type));
  if (keys.length === 0) {
    return {
      check,
      result: isSigned ? 'unchecked' : 'absent',
      detail: isSigned ? 'no key given' : 'unsigned',
    };
  }
  return { check, result: 'fails', detail: isSigned ? 'by none of the given keys' : 'unsigned' };
}

function names({ type, value }: Tlv, key: McubootPublicKey): boolean {
  if (type === TLV.publicKey) return same(value, key.publicDer);
  return HASHES.some((name) => same(value, keyHashOf(key, name)));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
