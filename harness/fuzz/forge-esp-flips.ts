import { espOffsets } from '#fuzz/esp-layout.ts';
import { STAGED_ONLY } from '#fuzz/forge-esp-paths.ts';
import { flipBit, type Forgery, type Layer } from '#fuzz/forgery.ts';

/** Lowest byte of the entry address in the image header. */
const ENTRY = 4;
const HASH_FLAG = 23;
/** Minor version in the application description of a three-part version. */
const IN_VERSION = 0x32;
/** Behind application description and test manifest. */
const IN_CODE = 0x400;
/** Offsets in a signature block, and behind it in its sector. */
const BLOCK = {
  reserved: 3,
  digest: 10,
  modulus: 100,
  signature: 900,
  crc: 1196,
  tail: 1210,
  rest: 4000,
} as const;

const FORM: readonly Layer[] = ['structure', 'checksum', 'trusted-key'];
const CONTENT: readonly Layer[] = ['structure', 'checksum', 'hash'];
const KEPT: readonly Layer[] = ['structure', 'checksum', 'hash', 'trusted-key'];
const WHOLE: readonly Layer[] = ['structure', 'checksum', 'hash', 'signature', 'trusted-key'];

/** One bit changed, nothing repaired: in each region that the format has. */
export const espFlips: readonly Forgery[] = [
  flip('header', 'of the entry address', () => ENTRY, {
    temptation: 'the checksum covers segment data only, so the entry point can be moved past it',
    intact: FORM,
    missing: 'esp-idf/signature-digest-trusted',
  }),
  flip('hash-flag', 'that says whether a SHA-256 is appended', () => HASH_FLAG, {
    temptation: 'a loader that checks the hash only where one is announced skips it',
    intact: FORM,
    missing: 'esp-idf/signature-digest-trusted',
  }),
  flip('segment-header', 'of a segment’s load address', (base) => espOffsets(base).secondSegment, {
    bit: 3,
    temptation: 'segment headers lie outside the checksum, and the address is still one of RAM',
    intact: FORM,
    missing: 'esp-idf/signature-digest-trusted',
  }),
  flip('descriptor', 'of the version in the application description', () => IN_VERSION, {
    temptation: 'an updater reads version and product long before anything is verified',
    intact: ['structure', 'trusted-key'],
    missing: 'esp-idf/validation-skipped',
    hidden: STAGED_ONLY,
  }),
  flip('payload', 'of a segment’s data', (base) => espOffsets(base).segmentData + IN_CODE, {
    temptation: 'with the validation options of a fast boot nothing looks',
    intact: ['structure', 'trusted-key'],
    missing: 'esp-idf/validation-skipped',
    hidden: STAGED_ONLY,
  }),
  flip('padding', 'between the last segment and the checksum', (base) => espOffsets(base).checksum - 4, {
    temptation: 'these bytes belong to no segment, and no checksum covers them',
    intact: FORM,
    missing: 'esp-idf/signature-digest-trusted',
  }),
  flip('checksum', 'of the checksum', (base) => espOffsets(base).checksum, {
    temptation: 'the checksum guards against accidents; some loaders skip it under a debugger',
    intact: ['structure', 'trusted-key'],
    missing: 'esp-idf/validation-skipped',
    hidden: STAGED_ONLY,
  }),
  flip('hash', 'of the appended SHA-256', (base) => espOffsets(base).digest, {
    temptation: 'with Secure Boot on, the appended hash is not looked at; the signature covers it',
    intact: FORM,
    missing: 'esp-idf/signature-digest-trusted',
  }),
  inBlock('signature', 'of the RSA signature', BLOCK.signature, {
    temptation: 'a loader without signature check sees a good hash and runs it',
    intact: KEPT,
    missing: 'esp-idf/no-signature-check',
  }),
  inBlock('block-digest', 'of the image digest in the signature block', BLOCK.digest, {
    temptation: 'the block names a digest, and is protected by a CRC that anybody can compute',
    intact: KEPT,
    missing: 'esp-idf/no-signature-check',
  }),
  inBlock('block-key', 'of the public key in the signature block', BLOCK.modulus, {
    temptation: 'the key lies beside the signature; only its digest in the eFuses is out of reach',
    intact: CONTENT,
    missing: 'esp-idf/no-signature-check',
  }),
  inBlock('block-reserved', 'of a reserved byte of the signature block', BLOCK.reserved, {
    temptation: 'nothing reads the byte, and only the CRC of the block covers it',
    intact: KEPT,
    missing: 'esp-idf/block-crc-not-checked',
  }),
  inBlock('block-crc', 'of the CRC of the signature block', BLOCK.crc, {
    temptation: 'the signature is good without it',
    intact: KEPT,
    missing: 'esp-idf/block-crc-not-checked',
  }),
  inBlock('block-tail', 'behind the CRC of the signature block', BLOCK.tail, {
    expect: 'harmless',
    temptation: 'nothing covers the last sixteen bytes of a block, and nothing reads them',
    intact: WHOLE,
    missing: null,
  }),
  inBlock('sector-rest', 'of the signature sector, where no block lies', BLOCK.rest, {
    expect: 'harmless',
    temptation: 'the sector is longer than its blocks; the rest is never read',
    intact: WHOLE,
    missing: null,
  }),
];

type Rest = Pick<Forgery, 'temptation' | 'intact' | 'missing'> & Partial<Forgery> & { readonly bit?: number };

function flip(id: string, where: string, offset: (base: Uint8Array) => number, rest: Rest): Forgery {
  const { bit, ...more } = rest;
  return {
    attack: 'bit-flip',
    id,
    title: `One bit flipped: ${id.replaceAll('-', ' ')}`,
    category: 'payload',
    changes: `a bit ${where} is flipped`,
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-354',
    ...more,
    forge: (base) => flipBit(base, offset(base), bit),
  };
}

function inBlock(id: string, where: string, at: number, rest: Rest): Forgery {
  return flip(id, where, (base) => espOffsets(base).signature + at, { cwe: 'CWE-347', ...rest });
}
