import { concatBytes } from '@noble/hashes/utils.js';
import { DfuMisfit } from '#codecs/dfu-defect.ts';

/** One field of a protobuf message (encoding guide, "Message structure"), and the bytes it came as. */
export type WireField = WireVarint | WireBytes | WireFixed;

interface WireBase {
  readonly number: number;
  /** Tag and value as they came: what is written back, so that odd encodings and unknown fields survive. */
  readonly raw: Uint8Array;
  /** Offset of the value in the whole input. */
  readonly at: number;
}

export interface WireVarint extends WireBase {
  readonly kind: 'varint';
  /** Below 2^64. */
  readonly value: bigint;
}

export interface WireBytes extends WireBase {
  readonly kind: 'bytes';
  readonly value: Uint8Array;
}

export interface WireFixed extends WireBase {
  readonly kind: 'fixed';
  readonly value: Uint8Array;
}

const WIRE_TYPE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
/** Bytes of the longest varint. */
const VARINT_LIMIT = 10;
const FIELD_NUMBER_LIMIT = 0x1fffffff;

interface Varint {
  readonly value: bigint;
  readonly end: number;
}

function readVarint(bytes: Uint8Array, start: number, base: number): Varint {
  let value = 0n;
  for (let i = 0; i < VARINT_LIMIT; i++) {
    const byte = bytes[start + i];
    if (byte === undefined)
      throw new DfuMisfit('packet-end', base + start + i, 'more of a varint', 'the end');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) {
      if (value < 1n << 64n) return { value, end: start + i + 1 };
      break;
    }
  }
  throw new DfuMisfit('packet-varint', base + start, 'a varint below 2^64', 'a longer one');
}

function readField(bytes: Uint8Array, start: number, base: number): { field: WireField; end: number } {
  const tag = readVarint(bytes, start, base);
  const [number, type] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
  if (number < 1 || number > FIELD_NUMBER_LIMIT) {
    throw new DfuMisfit('packet-tag', base + start, `a field number from 1 to ${FIELD_NUMBER_LIMIT}`, number);
  }
  const whole = (at: number, end: number) => ({ number, raw: bytes.slice(start, end), at: base + at });
  if (type === WIRE_TYPE.varint) {
    const { value, end } = readVarint(bytes, tag.end, base);
    return { field: { kind: 'varint', value, ...whole(tag.end, end) }, end };
  }
  const [at, length] = extent(bytes, tag.end, type, base);
  if (length > bytes.length - at) {
    throw new DfuMisfit('packet-length', base + tag.end, `at most ${bytes.length - at} bytes`, length);
  }
  const kind = type === WIRE_TYPE.bytes ? 'bytes' : 'fixed';
  const end = at + length;
  return { field: { kind, value: bytes.slice(at, end), ...whole(at, end) }, end };
}

function extent(bytes: Uint8Array, at: number, type: number, base: number): readonly [number, number] {
  if (type === WIRE_TYPE.fixed64) return [at, 8];
  if (type === WIRE_TYPE.fixed32) return [at, 4];
  if (type === WIRE_TYPE.bytes) {
    const { value, end } = readVarint(bytes, at, base);
    return [end, Number(value)];
  }
  // Groups (3, 4) are refused by the boot loader's nanopb as well.
  throw new DfuMisfit('packet-wire-type', base + at, 'wire type 0, 1, 2 or 5', type);
}

/** The fields of a message, in their order; throws DfuMisfit. `base` is the offset of `bytes` in the whole input. */
export function readWire(bytes: Uint8Array, base = 0): readonly WireField[] {
  const own = Uint8Array.from(bytes);
  const fields: WireField[] = [];
  for (let at = 0; at < own.length;) {
    const { field, end } = readField(own, at, base);
    fields.push(field);
    at = end;
  }
  return fields;
}

/** The message of these fields; what `readWire` took apart comes back byte for byte. */
export function writeWire(fields: readonly Pick<WireField, 'raw'>[]): Uint8Array {
  return concatBytes(...fields.map(({ raw }) => raw));
}

/** Shortest varint of a number below 2^53. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/** Field with a number, as protobuf writes it. */
export function varintField(number: number, value: number): Uint8Array {
  return concatBytes(varint(number * 8 + WIRE_TYPE.varint), varint(value));
}

/** Field with bytes or a message within, as protobuf writes it. */
export function bytesField(number: number, value: Uint8Array): Uint8Array {
  return concatBytes(varint(number * 8 + WIRE_TYPE.bytes), varint(value.length), value);
}
