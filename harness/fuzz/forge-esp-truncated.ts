import { APP_DESCRIPTOR_AT } from '#codecs/esp-app-desc.ts';
import { espOffsets } from '#fuzz/esp-layout.ts';
import { STAGED_ONLY } from '#fuzz/forge-esp-paths.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';

/** All that anti-rollback reads before the image is verified. */
const SECURE_VERSION_END = APP_DESCRIPTOR_AT + 8;
const CRC_IN_BLOCK = 1196;
const UNSIGNED: readonly Layer[] = ['structure', 'checksum', 'hash'];

/** What a loader reads behind the end is erased flash, or what lay there before. */
const BLANK_LENGTH = {
  outage: true,
  temptation: 'a loader that goes on reads a segment length out of erased flash: four gigabytes',
  missing: 'esp-idf/segment-length-trusted',
  hidden: STAGED_ONLY,
} as const;
const UNREAD = {
  temptation: 'all segments are there, so a loader that does not validate has all it needs',
  missing: 'esp-idf/validation-skipped',
  hidden: STAGED_ONLY,
} as const;

/** Images cut short at every seam of the format, as a download that broke off leaves them in the slot. */
export const espTruncated: readonly Forgery[] = [
  truncated(
    'after-secure-version',
    'right behind the secure version',
    () => SECURE_VERSION_END,
    BLANK_LENGTH,
  ),
  truncated('mid-descriptor', 'inside the application description', () => 200, BLANK_LENGTH),
  truncated(
    'mid-segment',
    'in the middle of the first segment',
    (base) => espOffsets(base).secondSegment >> 1,
    {
      ...BLANK_LENGTH,
    },
  ),
  truncated('segment-seam', 'between two segments', (base) => espOffsets(base).secondSegment, BLANK_LENGTH),
  truncated('before-checksum', 'in front of the checksum', (base) => espOffsets(base).checksum, UNREAD),
  truncated('before-hash', 'behind the checksum', (base) => espOffsets(base).digest, UNREAD),
  truncated('mid-hash', 'inside the appended hash', (base) => espOffsets(base).digest + 16, UNREAD),
  truncated('mid-signature', 'inside the signature block', (base) => espOffsets(base).signature + 600, {
    temptation: 'the image itself is complete and its hash is right',
    missing: 'esp-idf/no-signature-check',
    intact: UNSIGNED,
  }),
  truncated(
    'before-crc',
    'in front of the CRC of the signature block',
    (base) => espOffsets(base).signature + CRC_IN_BLOCK,
    {
      temptation:
        'image, key and signature are complete; only the mark that the block is complete is not there',
      missing: 'esp-idf/block-crc-not-checked',
      intact: UNSIGNED,
    },
  ),
];

type Rest = Pick<Forgery, 'temptation' | 'missing'> & Partial<Forgery>;

function truncated(id: string, where: string, end: (base: Uint8Array) => number, rest: Rest): Forgery {
  return {
    attack: 'truncated',
    id,
    title: `Cut short: ${id.replaceAll('-', ' ')}`,
    category: 'payload',
    changes: `the file ends ${where}`,
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-354',
    intact: [],
    ...rest,
    forge: (base) => base.slice(0, end(base)),
  };
}
