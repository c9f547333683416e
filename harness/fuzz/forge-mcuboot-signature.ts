import { signatureTlvs } from '#codecs/mcuboot-build.ts';
import { encodeMcubootImage } from '#codecs/mcuboot-image.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import type { SigningKey } from '#core/board.ts';
import { InternalError } from '#core/errors.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import {
  keyOf,
  signatureOf,
  signedWith,
  soundMcuboot,
  unprotectedEntry,
  withSignatures,
  withUnprotected,
} from '#fuzz/mcuboot-layout.ts';

/** Images that are whole, but signed by nobody, or by the wrong hand. */
export const mcubootSigners: readonly Forgery[] = [
  signer('unsigned', 'hash-only', {
    title: 'No signature at all',
    changes: 'key hash and signature are removed; the hash is right',
    temptation: 'a boot loader built with signature type NONE asks for no more than the hash',
    missing: 'mcuboot/no-signature-check',
    reference: 'CONFIG_BOOT_SIGNATURE_TYPE_NONE',
    intact: ['structure', 'hash'],
    forge(base) {
      const image = soundMcuboot(base);
      return encodeMcubootImage({ ...image, unprotectedTlvs: signatureTlvs(image, null) });
    },
  }),
  signer('unsigned', 'key-hash-only', {
    title: 'The key is named, and the signature missing',
    changes: 'the signature entry is taken out; hash and key hash are right',
    temptation: 'hash and key are the maker’s, so that everything there is to look at is right',
    missing: 'mcuboot/no-signature-check',
    intact: ['structure', 'hash', 'trusted-key'],
    forge: (base) => encodeMcubootImage(withSignatures(soundMcuboot(base), [])),
  }),
  signer('foreign-key', 'own-key-hash', {
    title: 'Signed by a stranger, who says so',
    changes: 'hash, key hash and signature are those of another key of the same type',
    temptation: 'everything fits together; only the key is not one the board knows',
    missing: 'mcuboot/unknown-key-skipped',
    intact: ['structure', 'hash', 'signature'],
    forge: (base, { keys }) => encodeMcubootImage(signedWith(soundMcuboot(base), keys.foreign)),
  }),
  signer('foreign-key', 'borrowed-key-hash', {
    title: 'Signed by a stranger under the maker’s name',
    changes: 'the signature is that of another key, the key hash still names the right one',
    temptation: 'a boot loader that trusts the key hash, and not the signature made with it, runs it',
    missing: 'mcuboot/signature-result-ignored',
    intact: ['structure', 'hash', 'trusted-key'],
    forge(base, { keys }) {
      const image = soundMcuboot(base);
      const signed = signedWith(image, keys.foreign);
      return encodeMcubootImage(withUnprotected(signed, TLV.keyHash, [unprotectedEntry(image, TLV.keyHash)]));
    },
  }),
  signer('development-key', 'repository-key', {
    title: 'Signed with the key that everybody has',
    changes:
      'hash, key hash and signature are made with the development key from the boot loader’s repository',
    temptation: 'a product built with default configuration embeds exactly this key',
    missing: 'mcuboot/development-key',
    cwe: 'CWE-1394',
    reference: 'GHSA-gcxh-546h-phg4',
    intact: ['structure', 'hash', 'signature'],
    forge: (base, { keys }) =>
      encodeMcubootImage(signedWith(soundMcuboot(base), developmentOf(keys.vendorDevelopment))),
  }),
  signer('key-in-image', 'public-key-entry', {
    title: 'The image brings the key to check it with',
    changes: 'signed by a stranger, with the stranger’s public key as PUBKEY entry in front of the signature',
    temptation: 'a boot loader that takes the key from the image must compare it with something provisioned',
    missing: 'mcuboot/key-from-image',
    reference: 'MCUBOOT_HW_KEY',
    intact: ['structure', 'hash', 'signature'],
    forge(base, { keys }) {
      const image = signedWith(soundMcuboot(base), keys.foreign);
      const key: Tlv = { type: TLV.publicKey, value: keyOf(keys.foreign).publicDer };
      return encodeMcubootImage(withSignatures(image, [key, signatureOf(image)]));
    },
  }),
  signer('key-in-image', 'public-key-alone', {
    title: 'The image brings a key and names none',
    changes: 'signed by a stranger, with the stranger’s public key in place of the key hash',
    temptation: 'images for boot loaders with a key hash in hardware look exactly like this',
    missing: 'mcuboot/key-from-image',
    reference: 'MCUBOOT_HW_KEY',
    intact: ['structure', 'hash'],
    forge(base, { keys }) {
      const image = signedWith(soundMcuboot(base), keys.foreign);
      const key: Tlv = { type: TLV.publicKey, value: keyOf(keys.foreign).publicDer };
      return encodeMcubootImage(withUnprotected(image, TLV.keyHash, [key]));
    },
  }),
];

type Signer = Pick<Forgery, 'title' | 'changes' | 'temptation' | 'missing' | 'intact' | 'forge'> &
  Partial<Pick<Forgery, 'cwe' | 'reference'>>;

function signer(attack: string, id: string, own: Signer): Forgery {
  return {
    attack,
    id,
    category: 'cryptographic',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-347',
    ...own,
  };
}

function developmentOf(key: SigningKey | undefined): SigningKey {
  if (key !== undefined) return key;
  throw new InternalError({
    code: 'forge-key',
    message: 'this board’s keys hold no vendor development key',
    remedy: 'add it to the firmware’s test keys, or do not ask for this forgery',
  });
}
