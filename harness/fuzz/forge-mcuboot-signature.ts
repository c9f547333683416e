import { resign, signatureTlvs } from '#codecs/mcuboot-build.ts';
import { encodeMcubootImage, type McubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { TLV, tlvAreaSize, u32Value, type Tlv } from '#codecs/mcuboot-tlv.ts';
import type { SigningKey } from '#core/board.ts';
import { InternalError } from '#core/errors.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import { soundMcuboot } from '#fuzz/mcuboot-layout.ts';

/** Images that are whole, but not by the right hand, for the right product, or with claims outside the signature. */
export const mcubootSignatureForgeries: readonly Forgery[] = [
  {
    attack: 'unsigned',
    id: 'hash-only',
    title: 'No signature at all',
    category: 'cryptographic',
    changes: 'key hash and signature are removed; the hash is right',
    temptation: 'a boot loader built with signature type NONE asks for no more than the hash',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/no-signature-check',
    cwe: 'CWE-347',
    reference: 'CONFIG_BOOT_SIGNATURE_TYPE_NONE',
    intact: ['structure', 'hash'],
    forge(base) {
      const image = soundMcuboot(base);
      return encodeMcubootImage({ ...image, unprotectedTlvs: signatureTlvs(image, null) });
    },
  },
  {
    attack: 'foreign-key',
    id: 'own-key-hash',
    title: 'Signed by a stranger, who says so',
    category: 'cryptographic',
    changes: 'hash, key hash and signature are those of another key of the same type',
    temptation: 'everything fits together; only the key is not one the board knows',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/no-signature-check',
    cwe: 'CWE-347',
    intact: ['structure', 'hash', 'signature'],
    forge: (base, { keys }) => encodeMcubootImage(resign(soundMcuboot(base), mcubootKey(keys.foreign.pem))),
  },
  {
    attack: 'foreign-key',
    id: 'borrowed-key-hash',
    title: 'Signed by a stranger under the maker’s name',
    category: 'cryptographic',
    changes: 'the signature is that of another key, the key hash still names the right one',
    temptation: 'a boot loader that trusts the key hash, and not the signature made with it, runs it',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/no-signature-check',
    cwe: 'CWE-347',
    intact: ['structure', 'hash', 'trusted-key'],
    forge(base, { keys }) {
      const image = soundMcuboot(base);
      const signed = resign(image, mcubootKey(keys.foreign.pem));
      return encodeMcubootImage(replaceEntry(signed, entryOf(image, TLV.keyHash)));
    },
  },
  {
    attack: 'development-key',
    id: 'repository-key',
    title: 'Signed with the key that everybody has',
    category: 'cryptographic',
    changes:
      'hash, key hash and signature are made with the development key from the boot loader’s repository',
    temptation: 'a product built with default configuration embeds exactly this key',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/development-key',
    cwe: 'CWE-1394',
    reference: 'GHSA-gcxh-546h-phg4',
    intact: ['structure', 'hash', 'signature'],
    forge: (base, { keys }) =>
      encodeMcubootImage(resign(soundMcuboot(base), mcubootKey(developmentOf(keys.vendorDevelopment).pem))),
  },
  {
    attack: 'key-in-image',
    id: 'public-key-entry',
    title: 'The image brings the key to check it with',
    category: 'cryptographic',
    changes: 'signed by a stranger, with the stranger’s public key as PUBKEY entry in front of the signature',
    temptation: 'a boot loader that takes the key from the image must compare it with something provisioned',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/key-from-image',
    cwe: 'CWE-347',
    reference: 'MCUBOOT_HW_KEY',
    intact: ['structure', 'hash', 'signature'],
    forge(base, { keys }) {
      const key = mcubootKey(keys.foreign.pem);
      const image = resign(soundMcuboot(base), key);
      const entry: Tlv = { type: TLV.publicKey, value: key.publicDer };
      const unprotectedTlvs = image.unprotectedTlvs.flatMap((tlv) =>
        tlv.type === TLV.ecdsaSignature ? [entry, tlv] : [tlv],
      );
      return encodeMcubootImage({ ...image, unprotectedTlvs });
    },
  },
  {
    attack: 'product',
    id: 'other-product',
    title: 'Another product’s image',
    category: 'semantic',
    changes: 'built for another product and signed with the same, right key',
    temptation: 'one key often signs for a whole family, and the signature is good',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/product-not-checked',
    cwe: 'CWE-345',
    reference: 'MCUBOOT_UUID_CID',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge: (_, { build }) => build({ product: 'assay-other' }),
  },
  {
    attack: 'unprotected-tlv',
    id: 'counter-moved-out',
    title: 'Security counter outside the signature',
    category: 'structural',
    changes: 'an image signed without counter gets one in the unprotected area; the signature stays valid',
    temptation: 'a boot loader that looks for the counter in both areas believes what anybody can write',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/unprotected-tlv-accepted',
    cwe: 'CWE-354',
    reference: 'CVE-2024-32883',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge(base, { keys }) {
      const bare = resign(
        withoutProtected(soundMcuboot(base), TLV.securityCounter),
        mcubootKey(keys.signing.pem),
      );
      return encodeMcubootImage(withUnprotected(bare, { type: TLV.securityCounter, value: u32Value(9) }));
    },
  },
  {
    attack: 'unprotected-tlv',
    id: 'dependency-added',
    title: 'A dependency added behind the maker’s back',
    category: 'structural',
    changes:
      'a DEPENDENCY entry is put into the unprotected area of a signed image; the signature stays valid',
    temptation: 'without an allow-list for the unsigned area, the entry is read as if it were signed',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/unprotected-tlv-accepted',
    cwe: 'CWE-354',
    reference: 'CVE-2024-32883',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge: (base) =>
      encodeMcubootImage(
        withUnprotected(soundMcuboot(base), {
          type: TLV.dependency,
          value: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
        }),
      ),
  },
];

/** An image whose signer left the security counter out; validly signed. For downgrade attacks. */
export function withoutSecurityCounter(base: Uint8Array, signing: SigningKey): Uint8Array {
  const bare = withoutProtected(soundMcuboot(base), TLV.securityCounter);
  return encodeMcubootImage(resign(bare, mcubootKey(signing.pem)));
}

function withoutProtected(image: McubootImage, type: number): McubootImage {
  const protectedTlvs = image.protectedTlvs.filter((tlv) => tlv.type !== type);
  const protectedSize = protectedTlvs.length === 0 ? 0 : tlvAreaSize(protectedTlvs);
  return { ...image, protectedTlvs, header: { ...image.header, protectedSize } };
}

function withUnprotected(image: McubootImage, entry: Tlv): McubootImage {
  return { ...image, unprotectedTlvs: [...image.unprotectedTlvs, entry] };
}

function replaceEntry(image: McubootImage, entry: Tlv): McubootImage {
  const unprotectedTlvs = image.unprotectedTlvs.map((tlv) => (tlv.type === entry.type ? entry : tlv));
  return { ...image, unprotectedTlvs };
}

function entryOf(image: McubootImage, type: number): Tlv {
  const entry = image.unprotectedTlvs.find((tlv) => tlv.type === type);
  if (entry !== undefined) return entry;
  throw new InternalError({
    code: 'forge-entry',
    message: `the base image has no TLV of type 0x${type.toString(16)}`,
    remedy: 'give the forger a signed image',
  });
}

function developmentOf(key: SigningKey | undefined): SigningKey {
  if (key !== undefined) return key;
  throw new InternalError({
    code: 'forge-key',
    message: 'this board’s keys hold no vendor development key',
    remedy: 'add it to the firmware’s test keys, or do not ask for this forgery',
  });
}
