import { espOffsets } from '#fuzz/esp-layout.ts';
import type { Forgery } from '#fuzz/forgery.ts';

const SEGMENT_COUNT = 1;
/** Offset of the length in a segment's header. */
const LENGTH = 4;

/** Images cut short, and images whose lengths do not tell the truth. */
export const espSizeForgeries: readonly Forgery[] = [
  truncated('mid-descriptor', 'the file ends inside the application descriptor', () => 200),
  truncated(
    'mid-segment',
    'the file ends in the middle of the first segment',
    (base) => espOffsets(base).secondSegment >> 1,
  ),
  truncated('before-checksum', 'the file ends in front of the checksum', (base) => espOffsets(base).checksum),
  {
    ...truncated(
      'mid-signature',
      'the file ends inside the signature block',
      (base) => espOffsets(base).signature + 600,
    ),
    missing: 'esp-idf/no-signature-check',
    intact: ['structure', 'checksum', 'hash'],
  },
  firstSegmentLie(
    'segment-unaligned',
    'the first segment is said to be one byte longer',
    (length) => length + 1,
  ),
  firstSegmentLie('segment-huge', 'the first segment is said to have 16 MiB and a byte', () => 0x0100_0001),
  firstSegmentLie('segment-past-slot', 'the first segment is said to reach past the slot', () => 0x00f0_0000),
  {
    ...firstSegmentLie(
      'segment-short',
      'the first segment is said to be too short for its descriptor',
      () => 0x80,
    ),
    missing: null,
  },
  {
    ...lie(
      'segment-count-high',
      'the header announces 17 segments, one more than any loader takes',
      (bytes) => {
        bytes.setUint8(SEGMENT_COUNT, 17);
      },
    ),
    missing: null,
  },
  {
    ...lie(
      'segment-count-one-more',
      'the header announces one segment more than there is; the padding behind the last reads as an empty one',
      (bytes) => {
        bytes.setUint8(SEGMENT_COUNT, bytes.getUint8(SEGMENT_COUNT) + 1);
      },
    ),
    missing: 'esp-idf/signature-digest-trusted',
    hidden: {},
    intact: ['structure', 'checksum', 'trusted-key'],
  },
];

function truncated(id: string, changes: string, end: (base: Uint8Array) => number): Forgery {
  return {
    attack: 'truncated',
    id,
    title: `Cut short: ${id.replaceAll('-', ' ')}`,
    category: 'payload',
    changes,
    temptation: 'a download that broke off leaves exactly this in the slot',
    expect: 'refused',
    guard: 'boot-loader',
    missing: null,
    cwe: 'CWE-354',
    intact: [],
    forge: (base) => base.slice(0, end(base)),
  };
}

function firstSegmentLie(id: string, changes: string, length: (true_: number) => number): Forgery {
  return lie(id, changes, (bytes, base) => {
    const at = espOffsets(base).segmentData - 8 + LENGTH;
    bytes.setUint32(at, length(bytes.getUint32(at, true)), true);
  });
}

function lie(id: string, changes: string, write: (bytes: DataView, base: Uint8Array) => void): Forgery {
  return {
    attack: 'size-lies',
    id,
    title: `A length that lies: ${id.replaceAll('-', ' ')}`,
    category: 'structural',
    changes,
    temptation: 'segments are copied to memory before checksum and signature can be looked at',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/segment-length-trusted',
    hidden: { https: 'the OTA library reads the image before it is marked to be booted' },
    cwe: 'CWE-1284',
    intact: [],
    forge(base) {
      const bytes = Uint8Array.from(base);
      write(new DataView(bytes.buffer), base);
      return bytes;
    },
  };
}
