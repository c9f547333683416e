import { encodeMcubootImage, type McubootImage } from '#codecs/mcuboot-image.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import type { Forgery, ForgeMaterial } from '#fuzz/forgery.ts';
import { signedWith, soundMcuboot, withProtected } from '#fuzz/mcuboot-layout.ts';

const OTHER = 'assay-other';
const ID_LENGTH = 16;
const CUSTOM = 0x00a0;

/** Signed by the maker, and for something else; or odd, and for this board all the same. */
export const mcubootProducts: readonly Forgery[] = [
  product('other-product', 'Another product’s image', {
    changes: 'built for another product and signed with the same, right key',
    temptation: 'one key often signs for a whole family, and the signature is good',
    missing: 'mcuboot/product-not-checked',
    forge: (_, { build }) => build({ product: OTHER }),
  }),
  product('class-id-missing', 'Another product’s image, from before class ids', {
    changes: 'built for another product without a class id, and signed with the same, right key',
    temptation: 'images from before ids came have none, and a check that finds none may let them pass',
    missing: 'mcuboot/class-id-optional',
    forge: (_, material) => withIds(material, () => []),
  }),
  product('class-id-empty', 'Another product’s image with an empty class id', {
    changes: 'built for another product with a class id of no bytes, signed with the right key',
    temptation: 'a comparison over the length of the entry compares nothing, and finds it equal',
    missing: 'mcuboot/class-id-length-trusted',
    forge: (_, material) => withIds(material, () => [{ type: TLV.classId, value: new Uint8Array() }]),
  }),
  product('class-id-twice', 'Another product’s image that names this one too', {
    changes: 'built for another product; behind its class id stands the one of this board; signed so',
    temptation: 'a search for a class id that fits finds one',
    missing: 'mcuboot/any-class-id-suffices',
    forge: (base, material) => withIds(material, (theirs) => [...theirs, ...classIds(soundMcuboot(base))]),
  }),
  harmless('vendor-id-added', 'An image that names a vendor', {
    changes: 'another vendor’s id stands in the protected area; signed with the right key',
    temptation:
      'this boot loader is built to compare class ids, not vendor ids (MCUBOOT_UUID_VID), and the key says who the vendor is',
    forge: (base, material) =>
      resigned(soundMcuboot(base), material, [
        { type: TLV.vendorId, value: new Uint8Array(ID_LENGTH).fill(0x41) },
      ]),
  }),
  harmless('custom-entry', 'A signed entry that nobody knows', {
    changes: 'an entry of a vendor’s type stands in the protected area; signed with the right key',
    temptation: 'what is signed and not known is passed over by design, so that vendors can add their own',
    forge: (base, material) =>
      resigned(soundMcuboot(base), material, [{ type: CUSTOM, value: Uint8Array.of(1, 2, 3, 4) }]),
  }),
  harmless('dependency-unmet', 'A dependency that cannot be met', {
    changes: 'an entry asks for version 9.0.0 of an image that there is not; signed with the right key',
    temptation:
      'a boot loader for one image is built without the check of dependencies, and starts the image all the same',
    forge: (base, material) =>
      resigned(soundMcuboot(base), material, [
        { type: TLV.dependency, value: Uint8Array.of(1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0) },
      ]),
  }),
];

type Own = Pick<Forgery, 'changes' | 'temptation' | 'forge'>;

function product(id: string, title: string, own: Own & Pick<Forgery, 'missing'>): Forgery {
  return {
    attack: 'product',
    id,
    title,
    category: 'semantic',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-345',
    reference: 'MCUBOOT_UUID_CID',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    ...own,
  };
}

function harmless(id: string, title: string, own: Own): Forgery {
  return { ...product(id, title, { ...own, missing: null }), expect: 'harmless' };
}

function classIds({ protectedTlvs }: McubootImage): readonly Tlv[] {
  return protectedTlvs.filter(({ type }) => type === TLV.classId);
}

/** Another product's image with other class ids. */
function withIds(material: ForgeMaterial, ids: (theirs: readonly Tlv[]) => readonly Tlv[]): Uint8Array {
  const image = soundMcuboot(material.build({ product: OTHER }));
  const others = image.protectedTlvs.filter(({ type }) => type !== TLV.classId);
  // In front: an entry without bytes at the very end of the area counts as the first one behind it.
  return resigned({ ...image, protectedTlvs: ids(classIds(image)) }, material, others);
}

function resigned(image: McubootImage, { keys }: ForgeMaterial, more: readonly Tlv[]): Uint8Array {
  return encodeMcubootImage(
    signedWith(withProtected(image, [...image.protectedTlvs, ...more]), keys.signing),
  );
}
