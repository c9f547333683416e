import { encodeEspHeader, type EspHeader } from '#codecs/esp-header.ts';
import {
  encodeEspImage,
  ESP_MAX_SEGMENTS,
  ESP_SEGMENT_HEADER_LENGTH,
  sealEspImage,
  type EspSegment,
} from '#codecs/esp-image.ts';
import { espOffsets, resealed, signedEsp, soundEsp, withSegment } from '#fuzz/esp-layout.ts';
import { STAGED_ONLY } from '#fuzz/forge-esp-paths.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';

const SEGMENT_COUNT = 1;
/** Offset of the length in a segment's header. */
const LENGTH = 4;
/** Of an ESP32: in the ROM's stack, in the boot loader's data, and in the registers of the peripherals. */
const ADDRESS = { stack: 0x3ffe0000, loader: 0x3fff0000, registers: 0x60000000 } as const;
/** Less than magic word and secure version take. */
const TINY = 4;
const CHECKSUM_OF_NOTHING = 0xef;
const EMPTY: EspSegment = { loadAddress: 0, length: 0, data: new Uint8Array() };

const FORM: readonly Layer[] = ['structure', 'checksum', 'trusted-key'];
const BELIEVED = { missing: 'esp-idf/segment-length-trusted', hidden: STAGED_ONLY } as const;
const COPIED = {
  temptation: 'segments are copied to memory before checksum and signature can be looked at',
  missing: 'esp-idf/segment-address-trusted',
  hidden: STAGED_ONLY,
  cwe: 'CWE-123',
  intact: FORM,
} as const;

/** Counts, lengths and addresses that do not tell the truth; all but one of them unsigned. */
export const espLies: readonly Forgery[] = [
  firstLength('segment-unaligned', 'the first segment is said to be one byte longer', (length) => length + 1),
  firstLength('segment-huge', 'the first segment is said to have 16 MiB and a byte', () => 0x0100_0001),
  firstLength('segment-past-slot', 'the first segment is said to reach past the slot', () => 0x00f0_0000),
  lie('segment-short', 'A first segment too short for its description', {
    changes: 'the first segment is said to have four bytes, fewer than are read of its description',
    temptation: 'the length is used for subtracting before it is compared, and wraps to four gigabytes',
    missing: 'esp-idf/first-segment-underflow',
    cwe: 'CWE-191',
    reference: 'ESP-IDF commit d06a91db188',
    forge: (base) => withFirstLength(base, () => TINY),
  }),
  lie('segment-count-high', 'More segments than any loader takes', {
    changes: `${ESP_MAX_SEGMENTS + 1} segments, thirteen of them empty; checksum and hash are right`,
    temptation: 'each of them is sound by itself, and a loader keeps their headers in a table of sixteen',
    missing: 'esp-idf/segment-count-trusted',
    hidden: STAGED_ONLY,
    cwe: 'CWE-787',
    forge: (base) => withSegments(base, ESP_MAX_SEGMENTS + 1),
  }),
  lie('segment-count-one-more', 'One segment more than there is', {
    changes:
      'the header announces one segment more than there is; the padding behind the last reads as an empty one',
    temptation: 'an empty segment adds nothing to the checksum and nothing to memory',
    missing: 'esp-idf/signature-digest-trusted',
    intact: FORM,
    forge: (base) => edited(base, (view) => view.setUint8(SEGMENT_COUNT, view.getUint8(SEGMENT_COUNT) + 1)),
  }),
  lie('segment-count-zero', 'An image without segments', {
    changes: 'the header announces no segments and no hash; the checksum of nothing is right',
    temptation: 'there is nothing to verify, and the entry point is taken from the header all the same',
    missing: 'esp-idf/validation-skipped',
    hidden: STAGED_ONLY,
    forge: withoutSegments,
  }),
  lie('segment-over-stack', 'A segment for the boot loader’s own stack', {
    ...COPIED,
    changes: 'the address of the second segment lies in the stack that the boot loader runs on',
    forge: (base) => moved(base, ADDRESS.stack),
  }),
  lie('segment-over-loader', 'A segment for the boot loader’s own data', {
    ...COPIED,
    changes: 'the address of the second segment lies in the static data of the boot loader',
    forge: (base) => moved(base, ADDRESS.loader),
  }),
  lie('segment-over-registers', 'A segment for the registers', {
    ...COPIED,
    changes: 'the address of the second segment is that of the peripherals, no memory at all',
    forge: (base) => moved(base, ADDRESS.registers),
  }),
  lie('mapping-shifted', 'A mapped segment that does not lie in its page as linked', {
    changes: 'the address of the first segment is moved by 32 bytes; signed with the right key',
    temptation:
      'the cache maps whole pages, so the constants would appear shifted, and the signature is good',
    missing: 'esp-idf/mapping-not-checked',
    cwe: 'CWE-823',
    intact: ['structure', 'checksum', 'hash', 'signature', 'trusted-key'],
    forge(base, { keys }) {
      const image = soundEsp(base);
      const loadAddress = (image.segments[0]?.loadAddress ?? 0) + 32;
      return signedEsp(withSegment(image, 0, { loadAddress }), keys.signing.pem);
    },
  }),
  lie('trailing-bytes', 'Bytes behind the image', {
    category: 'payload',
    changes: '64 bytes that nobody signed are appended behind the signature sector',
    temptation: 'the loader ignores what follows an image; the bytes stay in the slot and are never read',
    ...harmless(),
    forge: (base) => Buffer.concat([base, new Uint8Array(64).fill(0x5a)]),
  }),
  lie('trailing-image', 'A second image behind the image', {
    category: 'payload',
    changes: 'another complete image without a signature follows the signature sector',
    temptation:
      'a loader that searched the slot for images would find it; this one starts at the first byte only',
    ...harmless(),
    forge: (base) => Buffer.concat([base, base.subarray(0, espOffsets(base).signature)]),
  }),
];

type Rest = Pick<Forgery, 'changes' | 'temptation' | 'missing' | 'forge'> & Partial<Forgery>;

function lie(id: string, title: string, rest: Rest): Forgery {
  return {
    attack: 'size-lies',
    id,
    title,
    category: 'structural',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-1284',
    intact: [],
    ...rest,
  };
}

function harmless(): Pick<Forgery, 'expect' | 'missing' | 'cwe' | 'intact'> {
  return {
    expect: 'harmless',
    missing: null,
    cwe: 'CWE-345',
    intact: ['structure', 'checksum', 'hash', 'signature', 'trusted-key'],
  };
}

function firstLength(id: string, changes: string, length: (true_: number) => number): Forgery {
  return lie(id, `A length that lies: ${id.replaceAll('-', ' ')}`, {
    ...BELIEVED,
    changes,
    temptation: 'segments are copied to memory before checksum and signature can be looked at',
    forge: (base) => withFirstLength(base, length),
  });
}

function withFirstLength(base: Uint8Array, length: (true_: number) => number): Uint8Array {
  const at = espOffsets(base).segmentData - LENGTH;
  return edited(base, (view) => view.setUint32(at, length(view.getUint32(at, true)), true));
}

function moved(base: Uint8Array, address: number): Uint8Array {
  return edited(base, (view) => view.setUint32(espOffsets(base).secondSegment, address, true));
}

function edited(base: Uint8Array, write: (bytes: DataView) => void): Uint8Array {
  const bytes = Uint8Array.from(base);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** The last segment is padding: cut shorter, it makes room for the headers, and the signature stays where it was. */
function withSegments(base: Uint8Array, count: number): Uint8Array {
  const { header, segments } = soundEsp(base);
  const more = Array.from({ length: count - segments.length }, () => EMPTY);
  const padding = segments.at(-1) ?? EMPTY;
  const length = Math.max(0, padding.length - ESP_SEGMENT_HEADER_LENGTH * more.length);
  const shorter = { ...padding, length, data: padding.data.subarray(0, length) };
  const all = [...segments.slice(0, -1), shorter, ...more];
  return resealed(base, { header: { ...header, segmentCount: count }, segments: all });
}

function withoutSegments(base: Uint8Array): Uint8Array {
  const header: EspHeader = { ...soundEsp(base).header, segmentCount: 0, hashAppended: 0 };
  const bytes = Uint8Array.from(base);
  bytes.set(encodeEspHeader(header));
  bytes[encodeEspImage(sealEspImage({ header, segments: [] })).length - 1] = CHECKSUM_OF_NOTHING;
  return bytes;
}
