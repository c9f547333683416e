import { encodeMcubootImage } from '#codecs/mcuboot-image.ts';
import { type Tlv, TLV, u32Value } from '#codecs/mcuboot-tlv.ts';
import { flipBit, type Forgery, type ForgeMaterial } from '#fuzz/forgery.ts';
import { signedWith, soundMcuboot, withinPayload, withProtected } from '#fuzz/mcuboot-layout.ts';

const CUSTOM = 0x00a0;

/** Claims put where nobody signs them; the signature over the rest stays valid. */
export const mcubootUnprotected: readonly Forgery[] = [
  {
    ...added(
      'counter-moved-out',
      { type: TLV.securityCounter, value: u32Value(9) },
      {
        title: 'Security counter outside the signature',
        changes:
          'an image signed without counter gets one in the unprotected area; the signature stays valid',
        temptation: 'a boot loader that looks for the counter in both areas believes what anybody can write',
      },
    ),
    forge: (base, material) =>
      withEntries(uncounted(base, material), [{ type: TLV.securityCounter, value: u32Value(9) }]),
  },
  added(
    'dependency-added',
    { type: TLV.dependency, value: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) },
    {
      title: 'A dependency added behind the maker’s back',
      changes: 'a DEPENDENCY entry is put into the unprotected area of a signed image',
      temptation: 'without an allow-list for the unsigned area, the entry is read as if it were signed',
    },
  ),
  added(
    'boot-record-added',
    { type: TLV.bootRecord, value: Uint8Array.of(0xa1, 0x01, 0x61, 0x41) },
    {
      title: 'A boot record added behind the maker’s back',
      changes: 'a BOOT_RECORD entry is put into the unprotected area of a signed image',
      temptation: 'the record is handed on to attestation, which says of the device what stands there',
    },
  ),
  added(
    'custom-added',
    { type: CUSTOM, value: Uint8Array.of(1, 2, 3, 4) },
    {
      title: 'A vendor’s entry added behind his back',
      changes: 'an entry of a vendor’s type is put into the unprotected area of a signed image',
      temptation: 'applications read such entries through the boot loader, and take them for signed',
    },
  ),
  {
    ...added(
      'class-id-added',
      { type: TLV.classId, value: new Uint8Array() },
      {
        title: 'The class id outside the signature',
        changes: 'the class id of this board is put into the unprotected area of a signed image',
        temptation: 'a search for the class id in both areas finds one that anybody can write',
      },
    ),
    forge(base, { build }) {
      const { protectedTlvs } = soundMcuboot(build({}));
      return withEntries(
        base,
        protectedTlvs.filter(({ type }) => type === TLV.classId),
      );
    },
  },
  {
    ...added(
      'pure-mark-added',
      { type: TLV.pureSignature, value: Uint8Array.of(1) },
      {
        title: 'A mark that the signature is over the image itself',
        changes:
          'a payload byte is changed and a SIG_PURE entry put in front of the genuine hash and signature',
        temptation: 'where the image itself is signed, nobody compares its hash; the mark is not signed',
      },
    ),
    category: 'cryptographic',
    missing: 'mcuboot/pure-mark-believed',
    cwe: 'CWE-347',
    intact: ['structure', 'trusted-key'],
    forge(base) {
      const image = soundMcuboot(flipBit(base, withinPayload(base)));
      const mark: Tlv = { type: TLV.pureSignature, value: Uint8Array.of(1) };
      return encodeMcubootImage({ ...image, unprotectedTlvs: [mark, ...image.unprotectedTlvs] });
    },
  },
];

/** An image whose signer left the security counter out; validly signed. */
export function uncounted(base: Uint8Array, { keys }: Pick<ForgeMaterial, 'keys'>): Uint8Array {
  const image = soundMcuboot(base);
  const entries = image.protectedTlvs.filter(({ type }) => type !== TLV.securityCounter);
  return encodeMcubootImage(signedWith(withProtected(image, entries), keys.signing));
}

/** The image with more entries at the end of its unprotected area. */
export function withEntries(base: Uint8Array, entries: readonly Tlv[]): Uint8Array {
  const image = soundMcuboot(base);
  return encodeMcubootImage({ ...image, unprotectedTlvs: [...image.unprotectedTlvs, ...entries] });
}

function added(id: string, entry: Tlv, own: Pick<Forgery, 'title' | 'changes' | 'temptation'>): Forgery {
  return {
    attack: 'unprotected-tlv',
    id,
    category: 'structural',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/unprotected-tlv-accepted',
    cwe: 'CWE-354',
    reference: 'CVE-2024-32883',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    ...own,
    forge: (base) => withEntries(base, [entry]),
  };
}
