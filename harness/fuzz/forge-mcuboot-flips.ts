import { TLV } from '#codecs/mcuboot-tlv.ts';
import { flipBit, type Forgery } from '#fuzz/forgery.ts';
import { offsetsOf, signatureOf, soundMcuboot, valueOffset, withinPayload } from '#fuzz/mcuboot-layout.ts';

const LOAD_ADDRESS = 4;
const MINOR_VERSION = 21;
const PADDING = 0x100;
/** In s of an ECDSA signature, behind r; in the middle of others. */
const IN_SIGNATURE = 40;

/** Sound images with one bit changed in each region, and nothing repaired. */
export const mcubootFlips: readonly Forgery[] = [
  bitFlip('header', () => LOAD_ADDRESS, {
    changes: 'an unused bit of the load address in the header is flipped',
    temptation: 'the field means nothing in this mode, so a check of the fields alone sees no harm',
    missing: 'mcuboot/hash-skips-header',
  }),
  bitFlip('padding', () => PADDING, {
    changes: 'a bit between the header and the payload is flipped',
    temptation:
      'a boot loader that hashes the header it parsed, and not the bytes in flash, skips the padding',
    missing: 'mcuboot/hash-skips-header',
  }),
  bitFlip('version', () => MINOR_VERSION, {
    changes: 'a bit of the version in the header is flipped, so that the image claims to be a later one',
    temptation: 'the version decides what may be installed, and is read long before the hash is computed',
    missing: 'mcuboot/hash-tlv-trusted',
  }),
  bitFlip('payload', withinPayload, {
    changes: 'a bit in the middle of the payload is flipped; the hash entry stays',
    temptation:
      'a boot loader that verifies the signature over the stored hash, but never compares it with the bytes, runs it',
    missing: 'mcuboot/hash-tlv-trusted',
  }),
  bitFlip('payload-end', (base) => offsetsOf(soundMcuboot(base)).payloadEnd - 1, {
    changes: 'a bit of the last byte of the payload is flipped; the hash entry stays',
    temptation: 'a hash that is fed by whole blocks or pages may end before the last one',
    missing: 'mcuboot/hash-tlv-trusted',
    reveals: ['mcuboot/hash-header-only'],
  }),
  {
    ...bitFlip('protected-tlv', (base) => valueOffset(soundMcuboot(base), TLV.securityCounter), {
      changes: 'a bit of the security counter in the protected area is flipped',
      temptation: 'the counter decides what may be installed, so its bytes must be under the signature',
      missing: 'mcuboot/hash-tlv-trusted',
    }),
    forge: (base) => flipBit(base, valueOffset(soundMcuboot(base), TLV.securityCounter), 2),
  },
  bitFlip('hash', (base) => valueOffset(soundMcuboot(base), TLV.sha256), {
    changes: 'a bit of the stored hash is flipped',
    temptation:
      'the signature over the computed hash is good, so comparing the stored one looks redundant; tools show it all the same',
    missing: 'mcuboot/hash-entry-ignored',
    intact: ['structure', 'signature', 'trusted-key'],
  }),
  bitFlip('key-hash', (base) => valueOffset(soundMcuboot(base), TLV.keyHash), {
    changes: 'a bit of the key hash is flipped, so that it names a key that nobody has',
    temptation: 'a signature by an unknown key is passed over, and then there is none that failed',
    missing: 'mcuboot/unknown-key-skipped',
    cwe: 'CWE-347',
    intact: ['structure', 'hash'],
  }),
  bitFlip('signature', inSignature, {
    changes: 'a bit of the signature is flipped',
    temptation: 'a boot loader that loses the answer of the verification sees a good hash and runs it',
    missing: 'mcuboot/signature-result-ignored',
    cwe: 'CWE-347',
    intact: ['structure', 'hash', 'trusted-key'],
  }),
];

function inSignature(base: Uint8Array): number {
  const image = soundMcuboot(base);
  return valueOffset(image, signatureOf(image).type) + IN_SIGNATURE;
}

type Flip = Pick<Forgery, 'changes' | 'temptation' | 'missing'> &
  Partial<Pick<Forgery, 'cwe' | 'intact' | 'reveals'>>;

function bitFlip(id: string, offset: (base: Uint8Array) => number, flip: Flip): Forgery {
  return {
    attack: 'bit-flip',
    id,
    title: `One bit flipped: ${id.replaceAll('-', ' ')}`,
    category: 'payload',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-354',
    intact: ['structure', 'trusted-key'],
    ...flip,
    forge: (base) => flipBit(base, offset(base)),
  };
}
