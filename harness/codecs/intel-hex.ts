import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { type HexDefect, type HexRecord, readHexRecord, RECORD } from '#codecs/intel-hex-record.ts';

/** Bytes that lie together. */
export interface HexSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Where execution starts: a 32-bit address, or CS and IP. */
export type HexStart =
  | { readonly kind: 'linear'; readonly address: number }
  | { readonly kind: 'segment'; readonly cs: number; readonly ip: number };

/** What an Intel HEX file says: segments in ascending order that neither touch nor overlap. */
export interface HexFile {
  readonly segments: readonly HexSegment[];
  readonly start: HexStart | null;
}

interface Chunk extends HexSegment {
  readonly line: number;
}

const ROW = 16;
const WINDOW = 0x10000;

/** Reads Intel HEX text; never throws, and allocates no more than the text is long, whatever its addresses. */
export function parseIntelHex(text: string): HexFile | HexDefect {
  const chunks: Chunk[] = [];
  let start: HexStart | null = null;
  let base = 0;
  let ended = false;
  let line = 0;
  for (const row of text.split(/\r\n|\r|\n/)) {
    line += 1;
    if (row.trim() === '') continue;
    if (ended) return { defect: 'after-end', line, expected: 'nothing', got: 'a record' };
    const record = readHexRecord(row.trim(), line);
    if ('defect' in record) return record;
    if (record.type === RECORD.end) ended = true;
    else if (record.type === RECORD.data) {
      if (record.bytes.length > 0) chunks.push({ address: base + record.offset, bytes: record.bytes, line });
    } else if (record.type === RECORD.segmentBase) base = word(record) * 16;
    else if (record.type === RECORD.linearBase) base = word(record) * WINDOW;
    else if (start !== null) return { defect: 'start-twice', line, expected: 'one start', got: 'another' };
    else start = startOf(record);
  }
  if (!ended) return { defect: 'no-end', line, expected: 'an end record', got: 'the end of the text' };
  const segments = merge(chunks);
  return 'defect' in segments ? segments : { segments, start };
}

/** Writes Intel HEX as imgtool's library does: start address, then rows of 16, linear base records where one is needed. */
export function encodeIntelHex({ segments, start }: HexFile): string {
  const rows = start === null ? [] : [startRow(start)];
  const ordered = segments.filter(({ bytes }) => bytes.length > 0).toSorted((a, b) => a.address - b.address);
  const last = ordered.at(-1);
  const needsBase = last !== undefined && last.address + last.bytes.length > WINDOW;
  let window = -1;
  for (const { address, bytes } of ordered) {
    for (let at = 0; at < bytes.length;) {
      const here = address + at;
      const high = Math.floor(here / WINDOW);
      if (needsBase && high !== window) rows.push(rowOf(RECORD.linearBase, 0, u16(high)));
      window = high;
      const length = Math.min(ROW, bytes.length - at, WINDOW - (here % WINDOW));
      rows.push(rowOf(RECORD.data, here % WINDOW, bytes.subarray(at, at + length)));
      at += length;
    }
  }
  rows.push(rowOf(RECORD.end, 0, new Uint8Array()));
  return `${rows.join('\n')}\n`;
}

/** All segments as one, gaps filled; null where that would be more than `limit` bytes, or there are none. */
export function flattenHex(file: HexFile, limit: number, fill = 0xff): HexSegment | null {
  const [first] = file.segments;
  const last = file.segments.at(-1);
  if (first === undefined || last === undefined) return null;
  const size = last.address + last.bytes.length - first.address;
  if (size > limit) return null;
  const bytes = new Uint8Array(size).fill(fill);
  for (const segment of file.segments) bytes.set(segment.bytes, segment.address - first.address);
  return { address: first.address, bytes };
}

function merge(chunks: readonly Chunk[]): readonly HexSegment[] | HexDefect {
  const runs: Chunk[][] = [];
  let end = -1;
  for (const chunk of chunks.toSorted((a, b) => a.address - b.address || a.line - b.line)) {
    const { address, bytes, line } = chunk;
    if (address < end) {
      return {
        defect: 'overlap',
        line,
        expected: `0x${end.toString(16)} or above`,
        got: `0x${address.toString(16)}`,
      };
    }
    const run = runs.at(-1);
    if (address === end && run !== undefined) run.push(chunk);
    else runs.push([chunk]);
    end = address + bytes.length;
  }
  return runs.map((run) => ({
    address: run[0]?.address ?? 0,
    bytes: concatBytes(...run.map(({ bytes }) => bytes)),
  }));
}

function startOf({ type, bytes }: HexRecord): HexStart {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === RECORD.startLinear) return { kind: 'linear', address: view.getUint32(0) };
  return { kind: 'segment', cs: view.getUint16(0), ip: view.getUint16(2) };
}

function startRow(start: HexStart): string {
  if (start.kind === 'segment') {
    return rowOf(RECORD.startSegment, 0, concatBytes(u16(start.cs), u16(start.ip)));
  }
  return rowOf(
    RECORD.startLinear,
    0,
    concatBytes(u16(Math.floor(start.address / WINDOW)), u16(start.address % WINDOW)),
  );
}

function rowOf(type: number, offset: number, bytes: Uint8Array): string {
  const body = concatBytes(Uint8Array.of(bytes.length), u16(offset), Uint8Array.of(type), bytes);
  const sum = body.reduce((total, byte) => total + byte, 0);
  return `:${bytesToHex(body)}${bytesToHex(Uint8Array.of(-sum & 0xff))}`.toUpperCase();
}

function word({ bytes }: HexRecord): number {
  return (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
