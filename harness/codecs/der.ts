import { concatBytes } from '@noble/hashes/utils.js';

/** Universal tags of DER (X.690) that certificates need. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag, length in its shortest form, contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...contents);
  return concatBytes(Uint8Array.of(tag, ...lengthOf(body.length)), body);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const derSequence = (...parts: readonly Uint8Array[]): Uint8Array => der(TAG.sequence, ...parts);
export const derSet = (...parts: readonly Uint8Array[]): Uint8Array => der(TAG.set, ...parts);
export const derNull = (): Uint8Array => der(TAG.null);
export const derTrue = (): Uint8Array => der(TAG.boolean, Uint8Array.of(0xff));
export const derOctets = (bytes: Uint8Array): Uint8Array => der(TAG.octetString, bytes);
export const derText = (text: string): Uint8Array => der(TAG.utf8, Buffer.from(text, 'utf8'));

/** A context-specific tag; constructed unless told otherwise. */
export function derContext(number: number, contents: Uint8Array, constructed = true): Uint8Array {
  return der(0x80 | (constructed ? 0x20 : 0) | number, contents);
}

/** Bits, the first of which is the highest of the first byte; `unused` of the last byte count for nothing. */
export function derBits(bytes: Uint8Array, unused = 0): Uint8Array {
  return der(TAG.bitString, Uint8Array.of(unused), bytes);
}

/** A number that is not negative. */
export function derInteger(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest % 256);
  if ((bytes[0] ?? 0) > 0x7f) bytes.unshift(0);
  return der(TAG.integer, Uint8Array.from(bytes));
}

/** An object identifier in its dotted form. */
export function derOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arc = (value: number): readonly number[] => {
    const bytes = [value & 0x7f];
    for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift(0x80 | (left & 0x7f));
    return bytes;
  };
  return der(TAG.oid, Uint8Array.from([40 * first + second, ...rest].flatMap(arc)));
}

/** `YYYY-MM-DD`, midnight UTC: as UTCTime before 2050, else GeneralizedTime (RFC 5280, 4.1.2.5). */
export function derDay(day: string): Uint8Array {
  const digits = `${day.replaceAll('-', '')}000000Z`;
  return Number(day.slice(0, 4)) < 2050
    ? der(TAG.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : der(TAG.generalizedTime, Buffer.from(digits, 'latin1'));
}
