import { appendBlocks, signEspImage, sha256Of } from '#codecs/esp-secure-boot.ts';
import { RSA_LENGTH, type RsaBlock } from '#codecs/esp-signature-block.ts';
import { encodePss } from '#codecs/rsa-pss.ts';
import { blockOf, bodyOf, withBlock } from '#fuzz/esp-layout.ts';
import { luckyBody } from '#fuzz/forge-esp-lucky.ts';
import { STRANGER_EC } from '#fuzz/forge-esp-stranger.ts';
import type { Forgery, ForgeMaterial, Layer } from '#fuzz/forgery.ts';

const CONTENT: readonly Layer[] = ['structure', 'checksum', 'hash'];
const KEPT: readonly Layer[] = [...CONTENT, 'trusted-key'];
const RFC_RANGE = 'RFC 8017 section 5.2.2';

/** Signatures that a stranger can make: with another key, with none, or out of pieces of genuine ones. */
export const espKeys: readonly Forgery[] = [
  foreign('own-key', 'Signed by a stranger', {
    changes: 'the signature block is that of another RSA-3072 key, complete and consistent',
    temptation:
      'the block brings its public key; only the digest in the eFuses tells that it is the wrong one',
    missing: 'esp-idf/key-digest-not-compared',
    intact: [...CONTENT, 'signature'],
    forge: (base, { keys }) => signEspImage(bodyOf(base), keys.foreign.pem),
  }),
  foreign('revoked-key', 'Signed with a key that was revoked', {
    changes: 'the signature block is that of the key that was revoked, or (where none is) of one never known',
    temptation:
      'its digest is in the eFuses beside the others; a bit elsewhere says that it no longer counts',
    missing: 'esp-idf/revocation-ignored',
    reference: 'ESP-IDF Secure Boot v2 guide, key revocation',
    intact: [...CONTENT, 'signature'],
    forge: (base, { keys }) => signEspImage(bodyOf(base), (keys.revoked ?? keys.foreign).pem),
  }),
  foreign('borrowed-key', 'Signed by a stranger under the maker’s key', {
    changes: 'the block holds the right public key, and a signature made with another one',
    temptation: 'a loader that compares the key digest and then trusts the CRC of the block runs it',
    forge: (base, material) => {
      const { digest, signature } = strangers(base, material);
      return withBlock(base, (block) => ({ ...block, digest, signature }));
    },
  }),
  foreign('ecdsa-block', 'Signed by a stranger with ECDSA', {
    changes:
      'the signature block is one for ECDSA P-256, complete and consistent, which other chips of the family take',
    temptation: 'the version byte of the block says how it has to be verified, and the block is the forger’s',
    missing: 'esp-idf/scheme-from-block',
    intact: [...CONTENT, 'signature'],
    forge: (base) => signEspImage(bodyOf(base), STRANGER_EC),
  }),
  foreign('mixed-blocks', 'A stranger’s block beside one of the maker', {
    changes: 'the first block is a stranger’s for this image, the second the maker’s for another release',
    temptation: 'one of the blocks has a key to be trusted and one a signature that fits, but not the same',
    missing: 'esp-idf/blocks-mixed-up',
    intact: [...CONTENT, 'signature'],
    forge: (base, material) =>
      appendBlocks(bodyOf(base), [strangers(base, material), blockOf(material.build({ version: '1.4.1' }))]),
  }),
  foreign('lied-constants', 'Constants for the accelerator that belong to another key', {
    changes:
      'the two Montgomery constants beside the public key are those of another key and the CRC made to fit',
    temptation: 'software ignores them, and a chip that computes with them computes what the forger wants',
    missing: 'esp-idf/no-signature-check',
    intact: CONTENT,
    forge: (base, material) => {
      const { rSquared, mPrime } = strangers(base, material).key;
      return withBlock(base, (block) => ({ ...block, key: { ...block.key, rSquared, mPrime } }));
    },
  }),
  foreign('exponent-one', 'The padded digest as its own signature', {
    changes: 'the public exponent in the block is 1, the signature is the padded digest itself, the CRC fits',
    temptation: 'raising to the power of one changes nothing, and the modulus is the maker’s',
    missing: 'esp-idf/exponent-not-covered',
    intact: CONTENT,
    forge: (base) =>
      withBlock(base, (block) => ({
        ...block,
        key: { ...block.key, exponent: 1 },
        signature: encodePss(block.digest, new Uint8Array(32), RSA_LENGTH).toReversed(),
      })),
  }),
  foreign('zero-signature', 'A signature of zero', {
    changes:
      'the signature is the number 0, for an image whose PSS digest starts with a zero byte; the CRC fits',
    temptation: 'zero to any power is zero, and a comparison that stops at a zero byte compares nothing',
    missing: 'esp-idf/pss-compared-as-text',
    reference: 'https://consolemods.org/wiki/Wii:The_Signing_Bug',
    intact: ['structure', 'checksum', 'trusted-key'],
    forge: (base) => lucky(base, () => new Uint8Array(RSA_LENGTH)),
  }),
  foreign('modulus-signature', 'The modulus as signature', {
    changes: 'the signature is the modulus itself, which is zero to the accelerator; the CRC fits',
    temptation: 'a check for zero does not see it, and out of range is what nobody tests',
    missing: 'esp-idf/pss-compared-as-text',
    reference: RFC_RANGE,
    intact: ['structure', 'checksum', 'trusted-key'],
    forge: (base) => lucky(base, (block) => block.key.modulus),
  }),
  foreign('one-signature', 'A signature of one', {
    changes: 'the signature is the number 1, which any exponent leaves as it is; the CRC fits',
    temptation: 'no private key is needed, and a verifier that only looks for an error sees none',
    reference: RFC_RANGE,
    forge: (base) => withSignature(base, Uint8Array.of(1)),
  }),
  foreign('minus-one-signature', 'A signature of minus one', {
    changes: 'the signature is the modulus less one, which an odd exponent leaves as it is; the CRC fits',
    temptation: 'no private key is needed, and it is as long as a real one',
    reference: RFC_RANGE,
    forge(base) {
      const { modulus } = blockOf(base).key;
      return withSignature(base, modulus.with(0, (modulus[0] ?? 1) - 1));
    },
  }),
  foreign('second-block-good', 'The maker’s block behind a stranger’s', {
    expect: 'harmless',
    changes: 'the first block is a stranger’s, the second the genuine one of this image',
    temptation:
      'an ESP32 looks at the first block only and refuses; later chips find the second, as they should',
    missing: null,
    reference: 'ESP-IDF Secure Boot v2 guide, multiple keys',
    intact: [...CONTENT, 'signature'],
    forge: (base, material) => appendBlocks(bodyOf(base), [strangers(base, material), blockOf(base)]),
  }),
  foreign('second-block-bad', 'A stranger’s block behind the maker’s', {
    expect: 'harmless',
    changes: 'the first block is the genuine one of this image, the second a stranger’s',
    temptation: 'one good block is enough on every chip; what others say of the image takes nothing from it',
    missing: null,
    reference: 'ESP-IDF Secure Boot v2 guide, multiple keys',
    intact: [...KEPT.slice(0, 3), 'signature', 'trusted-key'],
    forge: (base, material) => appendBlocks(bodyOf(base), [blockOf(base), strangers(base, material)]),
  }),
];

type Rest = Pick<Forgery, 'changes' | 'temptation' | 'forge'> & Partial<Forgery>;

function foreign(id: string, title: string, rest: Rest): Forgery {
  return {
    attack: 'foreign-key',
    id,
    title,
    category: 'cryptographic',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/rsa-not-verified',
    cwe: 'CWE-347',
    intact: KEPT,
    ...rest,
  };
}

function strangers(base: Uint8Array, { keys }: ForgeMaterial): RsaBlock {
  return blockOf(signEspImage(bodyOf(base), keys.foreign.pem));
}

/** The block with these bytes, least significant first, for a signature. */
function withSignature(base: Uint8Array, number: Uint8Array): Uint8Array {
  const signature = new Uint8Array(RSA_LENGTH);
  signature.set(number);
  return withBlock(base, (block) => ({ ...block, signature }));
}

function lucky(base: Uint8Array, signature: (block: RsaBlock) => Uint8Array): Uint8Array {
  const body = luckyBody(base);
  const block = { ...blockOf(base), digest: sha256Of(body) };
  return withBlock(appendBlocks(body, [block]), () => ({ ...block, signature: signature(block) }));
}
