import type { FuzzCase } from '#core/verbs.ts';
import type { Rng } from '#fuzz/rng.ts';

/** Values at which length and offset arithmetic breaks, for an unsigned field of this many bits; no value twice. */
export function boundaries(bits: 8 | 16 | 32, around: number): readonly number[] {
  const max = 2 ** bits - 1;
  const values = [
    0,
    1,
    around - 2,
    around - 1,
    around + 1,
    around + 2,
    2 * around,
    (max + 1) / 2 - 1,
    (max + 1) / 2,
    max - 1,
    max,
  ];
  return [...new Set(values)].filter((value) => value >= 0 && value <= max && value !== around);
}

/** The bytes cut short at every place, the empty message included. */
export function truncations(what: string, bytes: Uint8Array): readonly FuzzCase[] {
  return Array.from({ length: bytes.length }, (_, end) => ({
    name: `${what} cut at ${end} of ${bytes.length}`,
    bytes: bytes.slice(0, end),
  }));
}

/** A big-endian field of one, two or four bytes overwritten with each value. */
export function overwrite(
  what: string,
  bytes: Uint8Array,
  offset: number,
  width: 1 | 2 | 4,
  values: readonly number[],
): readonly FuzzCase[] {
  return values.map((value) => ({
    name: `${what} = ${value}`,
    bytes: withField(bytes, offset, width, value),
  }));
}

function withField(bytes: Uint8Array, offset: number, width: 1 | 2 | 4, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  if (width === 1) view.setUint8(offset, value);
  else if (width === 2) view.setUint16(offset, value);
  else view.setUint32(offset, value);
  return copy;
}

type Mutator = (bytes: Uint8Array, rng: Rng) => Uint8Array;

const INTERESTING = [0x00, 0x01, 0x0a, 0x1f, 0x20, 0x5f, 0x7f, 0x80, 0xbf, 0xfe, 0xff] as const;
const SPLICE_MOST = 16;

/** Byte-level damage, each with a name; what remains of the structure decides how deep the message gets. */
export const MUTATORS: Readonly<Record<string, Mutator>> = {
  'bit flip': (bytes, rng) => edit(bytes, rng, (byte) => byte ^ (1 << rng.below(8))),
  'small sum': (bytes, rng) => edit(bytes, rng, (byte) => byte + rng.below(71) - 35),
  'interesting byte': (bytes, rng) => edit(bytes, rng, () => rng.pick(INTERESTING)),
  'random byte': (bytes, rng) => edit(bytes, rng, () => rng.below(256)),
  'bytes removed': (bytes, rng) => {
    const at = rng.below(bytes.length);
    return splice(bytes, at, at + 1 + rng.below(SPLICE_MOST), new Uint8Array());
  },
  'bytes inserted': (bytes, rng) => {
    const at = rng.below(bytes.length + 1);
    return splice(bytes, at, at, rng.bytes(1 + rng.below(SPLICE_MOST)));
  },
  'bytes repeated': (bytes, rng) => {
    const at = rng.below(bytes.length);
    return splice(bytes, at, at, bytes.subarray(at, at + 1 + rng.below(SPLICE_MOST)));
  },
};

/** One to four mutations in a row, named. */
export function havoc(what: string, bytes: Uint8Array, rng: Rng): FuzzCase {
  const names = Object.keys(MUTATORS) as [string, ...string[]];
  const applied: string[] = [];
  let mutated = bytes;
  for (let left = 1 + rng.below(4); left > 0; left--) {
    const name = rng.pick(names);
    applied.push(name);
    mutated = MUTATORS[name]?.(mutated, rng) ?? mutated;
  }
  return { name: `${what}: ${applied.join(', ')}`, bytes: mutated };
}

function edit(bytes: Uint8Array, rng: Rng, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = rng.below(copy.length);
  if (copy.length > 0) copy[at] = change(copy[at] ?? 0) & 0xff;
  return copy;
}

function splice(bytes: Uint8Array, start: number, end: number, between: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, start);
  const tail = bytes.subarray(Math.min(end, bytes.length));
  const result = new Uint8Array(head.length + between.length + tail.length);
  result.set(head);
  result.set(between, head.length);
  result.set(tail, head.length + between.length);
  return result;
}
