import { UsageError } from '#core/errors.ts';
import { encodeMcubootImage, type McubootImage } from '#codecs/mcuboot-image.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import { derOf, halvesOf, ORDER } from '#fuzz/ecdsa-forms.ts';
import { fitsKeys, flipBit, type Forgery, type ForgeMaterial, type Layer } from '#fuzz/forgery.ts';
import {
  signatureOf,
  signedWith,
  soundMcuboot,
  unprotectedEntry,
  withSignatures,
  withUnprotected,
} from '#fuzz/mcuboot-layout.ts';

const RSA_LENGTH = 256;
const ED25519_LENGTH = 64;
const ECDSA_LENGTH = 71;
const WHOLE: readonly Layer[] = ['structure', 'hash', 'signature', 'trusted-key'];

/** Genuine images whose signature, or the naming of its key, has another form than the boot loader expects. */
export const mcubootOddSignatures: readonly Forgery[] = [
  odd('zeros', 'Zeros for a signature', () => [signature(derOf(0n, 0n))], {
    changes: 'r and s of the signature are zero',
    temptation: 'without a check of their range, two zeros fit every image and every key',
    missing: 'mcuboot/signature-range-unchecked',
    reference: 'CVE-2022-21449',
    scheme: 'ecdsa-p256',
  }),
  odd('curve-order', 'The order of the curve for a signature', () => [signature(derOf(ORDER, ORDER))], {
    changes: 'r and s of the signature are the order of the curve, which is zero again when reduced',
    temptation: 'a check for zero alone lets them pass, and the arithmetic reduces them',
    missing: 'mcuboot/signature-range-unchecked',
    reference: 'CVE-2022-21449',
    scheme: 'ecdsa-p256',
  }),
  odd('empty', 'A signature without bytes', ({ type }) => [{ type, value: new Uint8Array() }], {
    changes: 'the signature entry has no bytes',
    temptation: 'nothing can be read from it, and an error is not the answer `bad`',
    missing: 'mcuboot/malformed-signature-accepted',
    reference: 'CVE-2008-5077',
  }),
  odd('not-der', 'A signature that is no sequence', ({ value }) => [signature(brokenDer(value))], {
    changes: 'the tag in front of the second integer of the signature is another one',
    temptation: 'the parser gives up with an error, and an error is not the answer `bad`',
    missing: 'mcuboot/malformed-signature-accepted',
    reference: 'CVE-2008-5077',
    scheme: 'ecdsa-p256',
  }),
  odd('rsa', 'A signature of another scheme', () => [{ type: TLV.rsa2048Pss, value: filled(RSA_LENGTH) }], {
    changes: 'a made-up RSA-2048 signature stands in place of the ECDSA one',
    temptation: 'the entry is known and allowed, and this build has no RSA to check it with',
    missing: 'mcuboot/other-scheme-accepted',
    scheme: 'ecdsa-p256',
  }),
  odd(
    'ecdsa',
    'A signature of another scheme',
    () => [{ type: TLV.ecdsaSignature, value: filled(ECDSA_LENGTH) }],
    {
      changes: 'a made-up ECDSA signature stands in place of the RSA one',
      temptation: 'the entry is known and allowed, and this build has no ECDSA to check it with',
      missing: 'mcuboot/other-scheme-accepted',
      scheme: 'rsa-2048',
    },
  ),
  odd(
    'ed25519',
    'A signature of another curve',
    () => [{ type: TLV.ed25519, value: filled(ED25519_LENGTH) }],
    {
      changes: 'a made-up Ed25519 signature stands in place of the maker’s',
      temptation: 'the entry is known and allowed, and this build has no Ed25519 to check it with',
      missing: 'mcuboot/other-scheme-accepted',
    },
  ),
  formed('good-then-bad', 'Two signatures, the second one bad', {
    changes: 'behind the maker’s signature stands another by the same key name, with a bit flipped',
    temptation: 'the first one is good, and a loop that keeps the best answer never looks back',
    missing: 'mcuboot/any-signature-suffices',
    intact: WHOLE,
    change: (image) => twoSignatures(image, (entry) => [entry, spoiled(entry)]),
  }),
  formed('key-hash-missing', 'A signature that names no key', {
    changes: 'the key hash is taken out; hash and signature are right',
    temptation: 'there is only one key it could be, so a boot loader may not wait to be told',
    missing: 'mcuboot/key-hash-optional',
    intact: ['structure', 'hash'],
    change: (image) => withUnprotected(image, TLV.keyHash, []),
  }),
  formed('signature-first', 'The signature in front of its key', {
    changes: 'signature and key hash have changed places',
    temptation: 'everything is there and right; only the order is not the one that is defined',
    missing: 'mcuboot/key-hash-optional',
    intact: WHOLE,
    change(image) {
      const [key, signed] = [unprotectedEntry(image, TLV.keyHash), signatureOf(image)];
      const others = image.unprotectedTlvs.filter((entry) => entry !== key && entry !== signed);
      return { ...image, unprotectedTlvs: [...others, signed, key] };
    },
  }),
  accepted('bad-then-good', 'Two signatures, the first one bad', {
    changes: 'in front of the maker’s signature stands another by the same key name, with a bit flipped',
    temptation:
      'of several signatures by known keys bootutil lets the last one decide, and it is the maker’s',
    intact: WHOLE,
    change: (image) => twoSignatures(image, (entry) => [spoiled(entry), entry]),
  }),
  accepted('stranger-then-good', 'Signed by a stranger and by the maker', {
    changes: 'in front of the maker’s key hash and signature stand those of a stranger',
    temptation:
      'bootutil passes over signatures by unknown keys, so that an image may carry several, by design',
    intact: WHOLE,
    change(image, { keys }) {
      const by = signedWith(image, keys.foreign).unprotectedTlvs.filter(({ type }) => type !== TLV.sha256);
      const hash = unprotectedEntry(image, TLV.sha256);
      return withUnprotected(image, TLV.sha256, [hash, ...by]);
    },
  }),
  accepted('key-hash-empty', 'A key hash without bytes', {
    changes: 'the key hash has no bytes',
    temptation:
      'bootutil compares it over its own length, so that it names the first key; the signature decides',
    intact: ['structure', 'hash'],
    change: (image) => withUnprotected(image, TLV.keyHash, [{ type: TLV.keyHash, value: new Uint8Array() }]),
  }),
  accepted('trailing', 'Bytes behind the signature', {
    changes: 'eight bytes follow the DER sequence inside the signature entry',
    temptation: 'built with TinyCrypt, bootutil reads r and s and no further; what was signed is unchanged',
    intact: ['structure', 'hash', 'trusted-key'],
    scheme: 'ecdsa-p256',
    change: (image) => spoil(image, (value) => Buffer.concat([value, filled(8)])),
  }),
  accepted('other-half', 'The other value of s', {
    changes: 's of the signature is n - s, which anybody can compute',
    temptation:
      'both are signatures of the same image by the same key; bootutil does not ask for the lower one',
    intact: WHOLE,
    scheme: 'ecdsa-p256',
    change: (image) => spoil(image, otherHalf),
  }),
];

type Own = Pick<Forgery, 'changes' | 'temptation'> & Partial<Pick<Forgery, 'reference' | 'scheme'>>;
type Change = (image: McubootImage, material: ForgeMaterial) => McubootImage;

function odd(
  id: string,
  title: string,
  entries: (signature: Tlv) => readonly Tlv[],
  own: Own & Pick<Forgery, 'missing'>,
): Forgery {
  return formed(id, title, {
    ...own,
    intact: ['structure', 'hash', 'trusted-key'],
    change: (image) => twoSignatures(image, entries),
  });
}

function formed(
  id: string,
  title: string,
  { change, ...own }: Own & Pick<Forgery, 'missing' | 'intact'> & { readonly change: Change },
): Forgery {
  return {
    attack: 'odd-signature',
    id,
    title,
    category: 'cryptographic',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-347',
    ...own,
    forge(base, material) {
      if (!fitsKeys(own, material.keys)) throw otherScheme(own, material);
      return encodeMcubootImage(change(soundMcuboot(base), material));
    },
  };
}

function accepted(
  id: string,
  title: string,
  own: Own & Pick<Forgery, 'intact'> & { readonly change: Change },
): Forgery {
  return { ...formed(id, title, { ...own, missing: null }), expect: 'harmless' };
}

function otherScheme({ scheme }: Pick<Forgery, 'scheme'>, { keys }: ForgeMaterial): UsageError {
  return new UsageError({
    code: 'forgery-other-scheme',
    message: 'this forgery is about signatures of another scheme',
    expected: `an image signed with a key of type ${scheme}`,
    got: keys.signing.type,
    remedy: 'leave it out, or start from an image that is signed so',
  });
}

/** Other signature entries, each behind the key hash that names its key. */
function twoSignatures(image: McubootImage, entries: (signature: Tlv) => readonly Tlv[]): McubootImage {
  const key = unprotectedEntry(image, TLV.keyHash);
  const [first, ...more] = entries(signatureOf(image));
  const named = more.flatMap((entry) => [key, entry]);
  return withSignatures(image, first === undefined ? named : [first, ...named]);
}

function spoil(image: McubootImage, change: (value: Uint8Array) => Uint8Array): McubootImage {
  return twoSignatures(image, ({ value }) => [signature(change(value))]);
}

function signature(value: Uint8Array): Tlv {
  return { type: TLV.ecdsaSignature, value };
}

/** The lowest bit of both schemes' numbers: of s, and of the one of RSA. */
function spoiled({ type, value }: Tlv): Tlv {
  if (type !== TLV.ecdsaSignature) return { type, value: flipBit(value, value.length - 1) };
  const { r, s } = halvesOf(value);
  return signature(derOf(r, s ^ 1n));
}

function otherHalf(value: Uint8Array): Uint8Array {
  const { r, s } = halvesOf(value);
  return derOf(r, ORDER - s);
}

/** The second integer begins behind tag, length and value of the first. */
function brokenDer(value: Uint8Array): Uint8Array {
  const broken = Uint8Array.from(value);
  broken[4 + (value[3] ?? 0)] = 0x04;
  return broken;
}

function filled(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x41);
}
