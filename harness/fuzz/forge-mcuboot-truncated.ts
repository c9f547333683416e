import type { McubootImage } from '#codecs/mcuboot-image.ts';
import { HEADER_LENGTH } from '#codecs/mcuboot-header.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import { NO_IDENTITY } from '#fuzz/mcuboot-hidden.ts';
import { offsetsOf, signatureOf, soundMcuboot, valueOffset } from '#fuzz/mcuboot-layout.ts';

const PART = 10;

/** Images cut short at the seams of the format, as a transfer that broke off leaves them. */
export const mcubootTruncated: readonly Forgery[] = [
  truncated('header-only', 'the 32 bytes of the header are all there is', () => HEADER_LENGTH),
  truncated('mid-payload', 'the file ends in the middle of the payload', (image) => {
    const { payload, payloadEnd } = offsetsOf(image);
    return payload + ((payloadEnd - payload) >> 1);
  }),
  truncated(
    'before-tlvs',
    'the file ends with the payload: no counter, no hash, no signature',
    (image) => offsetsOf(image).payloadEnd,
  ),
  {
    ...truncated(
      'mid-tlv-header',
      'the file ends inside the header of the unprotected area',
      (image) => offsetsOf(image).unprotected + 2,
    ),
    temptation: 'erased flash reads as the largest of lengths, and a walk that believes it leaves the image',
    missing: 'mcuboot/tlv-length-trusted',
    cwe: 'CWE-1284',
  },
  {
    ...truncated(
      'before-signature',
      'the file ends in front of the signature entry; the area still counts it in',
      (image) => valueOffset(image, signatureOf(image).type) - 4,
    ),
    temptation: 'erased flash reads as an entry of the largest length, which a parser may take for real',
    missing: 'mcuboot/tlv-length-trusted',
    hidden: {},
    cwe: 'CWE-1284',
    intact: ['hash', 'trusted-key'],
  },
  {
    ...truncated(
      'mid-signature',
      'the file ends inside the signature',
      (image) => valueOffset(image, signatureOf(image).type) + PART,
    ),
    temptation: 'what is left of the signature cannot be read, and an error is not the answer `bad`',
    missing: 'mcuboot/malformed-signature-accepted',
    hidden: {},
    cwe: 'CWE-347',
    intact: ['hash', 'trusted-key'],
  },
];

function truncated(id: string, changes: string, end: (image: McubootImage) => number): Forgery {
  return {
    attack: 'truncated',
    id,
    title: `Cut short: ${id.replaceAll('-', ' ')}`,
    category: 'payload',
    changes,
    temptation: 'a transfer that broke off leaves exactly this, and nothing found is nothing to check',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/no-tlvs-no-checks',
    hidden: NO_IDENTITY,
    cwe: 'CWE-354',
    intact: [],
    forge: (base) => base.slice(0, end(soundMcuboot(base))),
  };
}
