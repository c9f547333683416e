import { espOffsets, resealed, soundEsp } from '#fuzz/esp-layout.ts';
import { flipBit, type Forgery, type Layer } from '#fuzz/forgery.ts';

/** Lowest byte of the entry address in the image header. */
const ENTRY = 4;
const HASH_FLAG = 23;
/** Behind application descriptor and test manifest. */
const IN_CODE = 0x400;
/** Offsets in a signature block. */
const IN_SIGNATURE = 900;
const IN_BLOCK_DIGEST = 10;

const BROKEN: readonly Layer[] = ['structure', 'trusted-key'];

/** Sound images with one thing changed and nothing repaired, or only what needs no key. */
export const espIntegrityForgeries: readonly Forgery[] = [
  bitFlip(
    'header',
    'a bit of the entry address is flipped',
    'the checksum covers segment data only, so the entry point can be moved past it',
    () => ENTRY,
    ['structure', 'checksum', 'trusted-key'],
  ),
  bitFlip(
    'hash-flag',
    'the flag that says a SHA-256 is appended is cleared',
    'a loader that checks the hash only where one is announced skips it',
    () => HASH_FLAG,
    ['structure', 'checksum', 'trusted-key'],
  ),
  bitFlip(
    'payload',
    'a bit of a segment’s data is flipped, checksum and hash stay',
    'with the validation options of a fast boot (skip on power-on, skip in deep sleep) nothing looks',
    (base) => espOffsets(base).segmentData + IN_CODE,
    BROKEN,
    null,
  ),
  bitFlip(
    'checksum',
    'a bit of the checksum is flipped',
    'the checksum guards against accidents; some loaders skip it under a debugger',
    (base) => espOffsets(base).checksum,
    BROKEN,
    null,
  ),
  bitFlip(
    'hash',
    'a bit of the appended SHA-256 is flipped',
    'with Secure Boot on, the appended hash is not looked at; the signature covers it',
    (base) => espOffsets(base).digest,
    ['structure', 'checksum', 'trusted-key'],
  ),
  {
    ...bitFlip(
      'signature',
      'a bit of the RSA signature is flipped',
      'a loader without signature check sees a good hash and runs it',
      (base) => espOffsets(base).signature + IN_SIGNATURE,
      ['structure', 'checksum', 'hash', 'trusted-key'],
      'esp-idf/no-signature-check',
    ),
    cwe: 'CWE-347',
  },
  {
    ...bitFlip(
      'block-digest',
      'a bit of the image digest in the signature block is flipped',
      'the block names a digest, and is protected by a CRC that anybody can compute',
      (base) => espOffsets(base).signature + IN_BLOCK_DIGEST,
      ['structure', 'checksum', 'hash', 'trusted-key'],
      'esp-idf/no-signature-check',
    ),
    cwe: 'CWE-347',
  },
  {
    attack: 'tampered',
    id: 'resealed',
    title: 'Payload changed, checksum and hash made to fit',
    category: 'payload',
    changes:
      'a byte of segment data is changed, checksum and appended hash recomputed; the signature is the old one',
    temptation:
      'a loader that verifies the signature over the digest in the block, not over the image, runs it',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/signature-digest-trusted',
    cwe: 'CWE-347',
    intact: ['structure', 'checksum', 'hash', 'trusted-key'],
    forge: (base) => resealed(base, soundEsp(flipBit(base, espOffsets(base).segmentData + IN_CODE))),
  },
  {
    attack: 'size-lies',
    id: 'trailing-bytes',
    title: 'Bytes behind the image',
    category: 'payload',
    changes: '64 bytes that nobody signed are appended behind the signature sector',
    temptation: 'the loader ignores what follows an image; the bytes stay in the slot and are never read',
    expect: 'harmless',
    guard: 'boot-loader',
    missing: null,
    cwe: 'CWE-345',
    intact: ['structure', 'checksum', 'hash', 'signature', 'trusted-key'],
    forge: (base) => Buffer.concat([base, new Uint8Array(64).fill(0x5a)]),
  },
];

function bitFlip(
  id: string,
  changes: string,
  temptation: string,
  offset: (base: Uint8Array) => number,
  intact: readonly Layer[],
  missing: string | null = 'esp-idf/signature-digest-trusted',
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
    missing,
    cwe: 'CWE-354',
    intact,
    forge: (base) => flipBit(base, offset(base)),
  };
}
