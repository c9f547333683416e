import { hexToBytes } from '@noble/hashes/utils.js';

/** One line of an Intel HEX file. */
export interface HexRecord {
  readonly type: number;
  /** Within the 64 KiB at the current base. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Why a text is no Intel HEX file: what does not hold, and in which line (from 1). */
export interface HexDefect {
  readonly defect:
    | 'no-colon'
    | 'digits'
    | 'length'
    | 'checksum'
    | 'type'
    | 'address'
    | 'overlap'
    | 'start-twice'
    | 'after-end'
    | 'no-end';
  readonly line: number;
  readonly expected: string;
  readonly got: string;
}

/** Record types (Intel Hexadecimal Object File Format, revision A). */
export const RECORD = {
  data: 0,
  end: 1,
  segmentBase: 2,
  startSegment: 3,
  linearBase: 4,
  startLinear: 5,
} as const;

/** Bytes around the data: length, offset, type, checksum. */
const FRAME = 5;
const LONGEST = FRAME + 255;
/** Data bytes of each type; data records have any number. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [RECORD.end, 0],
  [RECORD.segmentBase, 2],
  [RECORD.startSegment, 4],
  [RECORD.linearBase, 2],
  [RECORD.startLinear, 4],
]);

/** Reads one line without its end; never throws. */
export function readHexRecord(row: string, line: number): HexRecord | HexDefect {
  const fault = (defect: HexDefect['defect'], expected: string, got: string): HexDefect => ({
    defect,
    line,
    expected,
    got,
  });
  if (!row.startsWith(':'))
    return fault('no-colon', 'a line that starts with a colon', JSON.stringify(row[0]));
  const digits = row.length - 1;
  if (digits < FRAME * 2 || digits > LONGEST * 2) {
    return fault('length', `${FRAME * 2} to ${LONGEST * 2} digits`, String(digits));
  }
  if (digits % 2 !== 0 || !/^:[\da-f]*$/i.test(row))
    return fault('digits', 'pairs of hex digits', `${digits} signs`);
  const all = hexToBytes(row.slice(1));
  const [length = 0, high = 0, low = 0, type = 0] = all;
  if (all.length !== FRAME + length)
    return fault('length', `${length} data bytes`, String(all.length - FRAME));
  const sum = all.reduce((total, byte) => total + byte, 0) % 256;
  if (sum !== 0) return fault('checksum', 'a sum of 0', String(sum));
  if (type > RECORD.startLinear) return fault('type', '0 to 5', String(type));
  const wanted = LENGTHS.get(type) ?? length;
  if (length !== wanted)
    return fault('length', `${wanted} data bytes in a record of type ${type}`, String(length));
  const offset = high * 256 + low;
  // Tools disagree on where such a record goes on: at the start of the window, or behind it.
  if (offset + length > 0x10000)
    return fault('address', 'a record within its 64 KiB', `0x${offset.toString(16)} + ${length}`);
  return { type, offset, bytes: all.subarray(FRAME - 1, FRAME - 1 + length) };
}
