import { dice } from '#core/dice.ts';

/** Bits of one byte that do not hold what they read as. */
export interface WeakByte {
  /** Byte of flash, or of the fuses behind it (see `Storage`). */
  readonly at: number;
  /** Bits whose reading is drawn anew at each power-up. */
  readonly flickering: number;
  /** Bits that read erased and fall back to programmed at one of the next power-ups, or never. */
  readonly falling: number;
  readonly seed: number;
  /** Power-ups since. */
  readonly age: number;
}

/** Weak cells by byte; never changed in place, so that an undo log can keep a reference. */
export type WeakCells = ReadonlyMap<number, WeakByte>;

export const NO_WEAK_CELLS: WeakCells = new Map();

/** Power-ups within which half of the falling bits fall, after a first one at which all read erased; the others hold. */
const FALLS_WITHIN = 4;

/** Adds weak bytes; a byte that was weak already keeps both weaknesses and starts anew. */
export function weakened(cells: WeakCells, more: readonly WeakByte[]): WeakCells {
  if (more.length === 0) return cells;
  const all = new Map(cells);
  for (const byte of more) {
    const known = all.get(byte.at);
    const flickering = byte.flickering | (known?.flickering ?? 0);
    const falling = (byte.falling | (known?.falling ?? 0)) & ~flickering;
    all.set(byte.at, { ...byte, flickering, falling });
  }
  return all;
}

/** Bits that were programmed properly are weak no longer; `strong(at)` gives those of a byte. */
export function strengthened(
  cells: WeakCells,
  from: number,
  length: number,
  strong: (at: number) => number,
): WeakCells {
  const struck = [...cells.values()].filter(({ at }) => at >= from && at < from + length);
  if (struck.length === 0) return cells;
  const all = new Map(cells);
  for (const byte of struck) {
    const { at } = byte;
    const [flickering, falling] = [byte.flickering & ~strong(at), byte.falling & ~strong(at)];
    if (flickering === 0 && falling === 0) all.delete(at);
    else all.set(at, { ...byte, flickering, falling });
  }
  return all;
}

/** One power-up later: the cells, and for each byte which of its weak bits read 1 and which 0 from now on. */
export function poweredUp(cells: WeakCells): {
  readonly cells: WeakCells;
  readonly readings: readonly { readonly at: number; readonly ones: number; readonly zeros: number }[];
} {
  const older = new Map<number, WeakByte>();
  const readings = [...cells.values()].map((byte) => {
    const age = byte.age + 1;
    const up = dice(byte.seed + Math.imul(age, 0x85eb_ca6b))(256);
    const fallen = fallenBits(byte, age);
    const falling = byte.falling & ~fallen;
    if (byte.flickering !== 0 || (falling !== 0 && age <= FALLS_WITHIN)) {
      older.set(byte.at, { ...byte, falling, age });
    }
    return { at: byte.at, ones: byte.flickering & up, zeros: (byte.flickering & ~up) | fallen };
  });
  return { cells: older, readings };
}

/** Bits that fall at the power-up of this number; none at the first. */
function fallenBits({ falling, seed }: WeakByte, age: number): number {
  if (falling === 0 || age === 1) return 0;
  const roll = dice(seed);
  let fallen = 0;
  for (let bit = 1; bit < 0x100; bit <<= 1) {
    const when = 2 + roll(2 * FALLS_WITHIN);
    if (when === age) fallen |= falling & bit;
  }
  return fallen;
}

const RECORD = 12;

/** Everything that decides how weak cells go on, as bytes in one order. */
export function encodeWeakCells(cells: WeakCells): Uint8Array {
  const bytes = new Uint8Array(cells.size * RECORD);
  const view = new DataView(bytes.buffer);
  [...cells.values()]
    .toSorted((a, b) => a.at - b.at)
    .forEach(({ at, flickering, falling, seed, age }, index) => {
      view.setUint32(index * RECORD, at);
      view.setUint8(index * RECORD + 4, flickering);
      view.setUint8(index * RECORD + 5, falling);
      view.setUint16(index * RECORD + 6, age);
      view.setUint32(index * RECORD + 8, seed);
    });
  return bytes;
}

/** The weak bytes in a part of flash, with all that decides their future, as text; empty where there are none. */
export function weakText(cells: WeakCells, from: number, length: number): string {
  if (cells.size === 0) return '';
  const there = [...cells].filter(([at]) => at >= from && at < from + length);
  return Buffer.from(encodeWeakCells(new Map(there))).toString('latin1');
}
