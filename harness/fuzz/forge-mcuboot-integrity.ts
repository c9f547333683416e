import { encodeMcubootImage } from '#codecs/mcuboot-image.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { signatureTlvs } from '#codecs/mcuboot-build.ts';
import { flipBit, type Forgery } from '#fuzz/forgery.ts';
import { offsetsOf, soundMcuboot, valueOffset } from '#fuzz/mcuboot-layout.ts';

const LOAD_ADDRESS = 4;
const PADDING = 0x100;
const AFTER_MANIFEST = 0x400;

/** Sound images with one thing changed and nothing repaired, or only what needs no key. */
export const mcubootIntegrityForgeries: readonly Forgery[] = [
  bitFlip(
    'header',
    'an unused bit of the load address in the header is flipped',
    'the field means nothing in this mode, so a check of the fields alone sees no harm',
    () => LOAD_ADDRESS,
  ),
  {
    ...bitFlip(
      'padding',
      'a bit between the header and the payload is flipped',
      'a boot loader that hashes the header it parsed, and not the bytes in flash, skips the padding',
      () => PADDING,
    ),
    missing: 'mcuboot/hash-skips-header',
  },
  bitFlip(
    'payload',
    'a bit in the middle of the payload is flipped; the hash entry stays',
    'a boot loader that verifies the signature over the stored hash, but never compares it with the bytes, runs it',
    (base) => withinPayload(base),
  ),
  bitFlip(
    'protected-tlv',
    'a bit of the security counter in the protected area is flipped',
    'the counter decides what may be installed, so its bytes must be under the signature',
    (base) => valueOffset(soundMcuboot(base), TLV.securityCounter),
    4,
  ),
  {
    ...bitFlip(
      'hash',
      'a bit of the stored hash is flipped',
      'a boot loader that computes the hash but compares it carelessly runs it',
      (base) => valueOffset(soundMcuboot(base), TLV.sha256),
    ),
    missing: null,
    intact: ['structure', 'signature', 'trusted-key'],
  },
  {
    ...bitFlip(
      'signature',
      'a bit of the signature is flipped',
      'a boot loader built without signature check sees a good hash and runs it',
      (base) => valueOffset(soundMcuboot(base), TLV.ecdsaSignature) + 40,
    ),
    missing: 'mcuboot/no-signature-check',
    cwe: 'CWE-347',
    intact: ['structure', 'hash', 'trusted-key'],
  },
  {
    attack: 'tampered',
    id: 'rehashed',
    title: 'Payload changed, hash made to fit',
    category: 'payload',
    changes: 'a payload byte is changed and the hash entry recomputed; the signature is the old one',
    temptation: 'the image is consistent in itself; only the signature tells that the maker did not make it',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/no-signature-check',
    cwe: 'CWE-347',
    intact: ['structure', 'hash', 'trusted-key'],
    forge(base) {
      const image = soundMcuboot(flipBit(base, withinPayload(base)));
      const fresh = signatureTlvs(image, null)[0];
      const unprotectedTlvs = image.unprotectedTlvs.map((tlv) =>
        tlv.type === TLV.sha256 && fresh !== undefined ? fresh : tlv,
      );
      return encodeMcubootImage({ ...image, unprotectedTlvs });
    },
  },
  {
    attack: 'size-lies',
    id: 'trailing-bytes',
    title: 'Bytes behind the image',
    category: 'payload',
    changes: '64 bytes that nobody signed are appended behind the last TLV',
    temptation:
      'the boot loader swaps whole sectors, so that the bytes travel into the running slot; they are never read',
    expect: 'harmless',
    guard: 'boot-loader',
    missing: null,
    cwe: 'CWE-345',
    reference: 'mcu-tools/mcuboot issue 1894',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge: (base) => Buffer.concat([base, new Uint8Array(64).fill(0x5a)]),
  },
];

/** Behind the manifest of a test payload; in the middle of a shorter one. */
function withinPayload(base: Uint8Array): number {
  const { payload, payloadEnd } = offsetsOf(soundMcuboot(base));
  return payload + Math.min(AFTER_MANIFEST, (payloadEnd - payload) >> 1);
}

function bitFlip(
  id: string,
  changes: string,
  temptation: string,
  offset: (base: Uint8Array) => number,
  bit = 0,
): Forgery {
  return {
    attack: 'bit-flip',
    id,
    title: `One bit flipped: ${id.replace('-', ' ')}`,
    category: 'payload',
    changes,
    temptation,
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/hash-tlv-trusted',
    cwe: 'CWE-354',
    intact: ['structure', 'trusted-key'],
    forge: (base) => flipBit(base, offset(base), bit),
  };
}
