import type { Json } from '#core/canonical.ts';
import { printable } from '#engine/printable.ts';

/** One fact of an image: for scripts, and as people read it. */
export interface Field {
  /** camelCase; unique within its part. */
  readonly name: string;
  readonly value: Json;
  readonly text: string;
}

/** A piece of an image: header, area, slot, image within a dump. */
export interface Part {
  /** Unique among its neighbours. */
  readonly name: string;
  /** Offset in the bytes that were described. */
  readonly at: number;
  readonly fields: readonly Field[];
  readonly parts: readonly Part[];
  /** What `diff` compares byte by byte, because no field shows it. */
  readonly content?: Uint8Array;
}

/** Why a file that is recognised could not be taken apart to its end. */
export interface Defect {
  readonly where: string;
  readonly message: string;
  readonly expected: string | null;
  readonly got: string | null;
}

/** A file taken apart for people and scripts. */
export interface Description {
  /** Stable kebab-case name. */
  readonly format: string;
  /** One line: what it is. */
  readonly title: string;
  readonly parts: readonly Part[];
  readonly defects: readonly Defect[];
}

/** Bytes up to this many are shown in full; of longer ones the JSON holds this many. */
const SHOWN = 32;
const KEPT = 1024;

/** A field; text from outside is made safe to show, here and only here. */
export function field(name: string, value: Json, text?: string): Field {
  const safe = typeof value === 'string' ? printable(value, 2 * KEPT) : value;
  return { name, value: safe, text: text === undefined ? plain(safe) : printable(text) };
}

/** A number that people read in hexadecimal: addresses, offsets, magic numbers, sizes of areas. */
export function hexField(name: string, value: number, note = ''): Field {
  return field(name, value, note === '' ? hex(value) : `${hex(value)} ${note}`);
}

/** Bytes, in hexadecimal; long ones are cut, with their length. */
export function bytesField(name: string, bytes: Uint8Array, note = ''): Field {
  return field(name, hexOf(bytes, KEPT), `${shortHex(bytes)}${note === '' ? '' : ` ${note}`}`);
}

/** Bytes as people read them: the first ones, and how many there are. */
export function shortHex(bytes: Uint8Array): string {
  return bytes.length <= SHOWN
    ? hexOf(bytes, SHOWN)
    : `${hexOf(bytes.subarray(0, SHOWN / 2), SHOWN)}… (${bytes.length} bytes)`;
}

/** A part without further parts. */
export function part(name: string, at: number, fields: readonly Field[], content?: Uint8Array): Part {
  return { name, at, fields, parts: [], ...(content === undefined ? {} : { content }) };
}

/** A part that was described from `by` on, at its place in the whole. */
export function shifted(one: Part, by: number): Part {
  return { ...one, at: one.at + by, parts: one.parts.map((inner) => shifted(inner, by)) };
}

/** A defect of a piece, told of the whole. */
export function defectWithin(name: string, { where, message, expected, got }: Defect): Defect {
  return { where: `${name}: ${where}`, message, expected, got };
}

/** `0x1f`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** The same names, the second and later of equal ones numbered. */
export function numbered(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  });
}

function hexOf(bytes: Uint8Array, most: number): string {
  const text = Buffer.from(bytes.subarray(0, most)).toString('hex');
  return bytes.length > most ? `${text}…` : text;
}

function plain(value: Json): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
