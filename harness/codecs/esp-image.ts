import { hash } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { PeerError } from '#core/errors.ts';
import { decodeEspHeader, encodeEspHeader, ESP_HEADER_LENGTH, type EspHeader } from '#codecs/esp-header.ts';

/** A segment; `length` is what its header claims and equals `data.length` unless a forger made it. */
export interface EspSegment {
  readonly loadAddress: number;
  readonly length: number;
  readonly data: Uint8Array;
}

/** An image file, every byte of it, nothing checked beyond the bounds of its parts. */
export interface EspImage {
  readonly header: EspHeader;
  readonly segments: readonly EspSegment[];
  /** Bytes between the last segment and the checksum: zeros in a sound image. */
  readonly padding: Uint8Array;
  readonly checksum: number;
  /** The stored SHA-256, null without one. */
  readonly digest: Uint8Array | null;
  /** What follows: the signature's padding and sector, or nothing. */
  readonly trailer: Uint8Array;
}

/** Length of a segment's header. */
export const ESP_SEGMENT_HEADER_LENGTH = 8;
/** First byte of every image. */
export const ESP_IMAGE_MAGIC = 0xe9;
/** Most segments an image may have. */
export const ESP_MAX_SEGMENTS = 16;
/** Length of the appended SHA-256. */
export const ESP_DIGEST_LENGTH = 32;

const CHECKSUM_SEED = 0xef;
const CHECKSUM_ALIGN = 16;

/** Reads an image file. PeerError when it is not one or ends too early; checksum and digest are not judged here. */
export function parseEspImage(bytes: Uint8Array): EspImage {
  const header = decodeEspHeader(bytes);
  if (header === null) throw cut('header', ESP_HEADER_LENGTH, bytes.length);
  if (header.magic !== ESP_IMAGE_MAGIC)
    throw malformed('magic byte', '0xe9', `0x${header.magic.toString(16)}`);
  if (header.segmentCount > ESP_MAX_SEGMENTS) {
    throw malformed('segment count', `at most ${ESP_MAX_SEGMENTS}`, String(header.segmentCount));
  }
  const { segments, end } = parseSegments(bytes, header.segmentCount);
  const checksumAt = checksumOffset(end);
  const digestEnd = checksumAt + 1 + (header.hashAppended === 0 ? 0 : ESP_DIGEST_LENGTH);
  if (digestEnd > bytes.length) throw cut('checksum and digest', digestEnd, bytes.length);
  return {
    header,
    segments,
    padding: new Uint8Array(bytes.subarray(end, checksumAt)),
    checksum: bytes[checksumAt] ?? 0,
    digest: header.hashAppended === 0 ? null : new Uint8Array(bytes.subarray(checksumAt + 1, digestEnd)),
    trailer: new Uint8Array(bytes.subarray(digestEnd)),
  };
}

function parseSegments(bytes: Uint8Array, count: number): { segments: EspSegment[]; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments: EspSegment[] = [];
  let at = ESP_HEADER_LENGTH;
  for (let i = 0; i < count; i++) {
    const start = at + ESP_SEGMENT_HEADER_LENGTH;
    if (start > bytes.length) throw cut(`header of segment ${i}`, start, bytes.length);
    const length = view.getUint32(at + 4, true);
    if (start + length > bytes.length) throw cut(`segment ${i}`, start + length, bytes.length);
    segments.push({
      loadAddress: view.getUint32(at, true),
      length,
      data: new Uint8Array(bytes.subarray(start, start + length)),
    });
    at = start + length;
  }
  return { segments, end: at };
}

/** The file an image value describes, exactly as it says, true or not. */
export function encodeEspImage(image: EspImage): Uint8Array {
  return concatBytes(
    encodeBody(image),
    image.padding,
    Uint8Array.of(image.checksum),
    image.digest ?? new Uint8Array(),
    image.trailer,
  );
}

function encodeBody(image: Pick<EspImage, 'header' | 'segments'>): Uint8Array {
  const parts = image.segments.flatMap((segment) => {
    const head = new DataView(new ArrayBuffer(ESP_SEGMENT_HEADER_LENGTH));
    head.setUint32(0, segment.loadAddress, true);
    head.setUint32(4, segment.length, true);
    return [new Uint8Array(head.buffer), segment.data];
  });
  return concatBytes(encodeEspHeader(image.header), ...parts);
}

/** Completes header and segments with padding, checksum and digest that fit them; the trailer is empty. */
export function sealEspImage(image: Pick<EspImage, 'header' | 'segments'>): EspImage {
  const body = encodeBody(image);
  const padding = new Uint8Array(checksumOffset(body.length) - body.length);
  const checksum = espChecksum(image.segments);
  const hashed = concatBytes(body, padding, Uint8Array.of(checksum));
  const digest = image.header.hashAppended === 0 ? null : hash('sha256', hashed, 'buffer');
  const { header, segments } = image;
  return { header, segments, padding, checksum, digest, trailer: new Uint8Array() };
}

/** Whether the stored checksum and digest are those of the content; `digest` is null where none is stored. */
export function checkEspImage(image: EspImage): {
  readonly checksum: boolean;
  readonly digest: boolean | null;
} {
  const hashed = concatBytes(encodeBody(image), image.padding, Uint8Array.of(image.checksum));
  return {
    checksum: espChecksum(image.segments) === image.checksum,
    digest:
      image.digest === null ? null : Buffer.compare(hash('sha256', hashed, 'buffer'), image.digest) === 0,
  };
}

/** XOR of all segment data, seeded with 0xEF. */
export function espChecksum(segments: readonly EspSegment[]): number {
  let checksum = CHECKSUM_SEED;
  for (const segment of segments) for (const byte of segment.data) checksum ^= byte;
  return checksum;
}

/** Where the checksum of an image lies whose last segment ends at `end`: the last byte of a block of 16. */
export function checksumOffset(end: number): number {
  return Math.ceil((end + 1) / CHECKSUM_ALIGN) * CHECKSUM_ALIGN - 1;
}

function cut(what: string, needed: number, length: number): PeerError {
  return malformed(`length (${what})`, `at least ${needed} bytes`, `${length} bytes`);
}

function malformed(what: string, expected: string, got: string): PeerError {
  return new PeerError({
    code: 'esp-image-malformed',
    message: `not an ESP-IDF image: ${what}`,
    expected,
    got,
    remedy: 'check that this is the .bin file of an application or boot loader, complete',
  });
}
