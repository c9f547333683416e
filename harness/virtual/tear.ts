import { tearFits, type FlashKind, type Tear } from '#core/tear.ts';
import { dice, type Dice } from '#core/dice.ts';
import type { StorageOperation } from '#virtual/storage.ts';
import type { WeakByte } from '#virtual/weak-cells.ts';

/** The part of flash or fuses that an operation works on: what it held, and what it is to hold. */
export interface Target {
  readonly flash: FlashKind;
  /** Bytes that are programmed together; pieces lie at multiples of it. */
  readonly unit: number;
  readonly address: number;
  /** For reading only: it is the flash itself. */
  readonly old: Uint8Array;
  /** What the operation leaves when it is not interrupted. */
  readonly whole: Uint8Array;
}

/** What an interrupted operation leaves: bytes as long as the target's, and cells that do not hold what they read as. */
export interface Left {
  readonly bytes: Uint8Array;
  readonly weak: readonly WeakByte[];
}

/** Bytes of a serial chip's page program; a driver never lets one wrap around. */
const PROGRAM_PAGE = 256;

/** Bytes that a flash programs together. */
export function programUnit(flash: FlashKind, word: number): number {
  return flash === 'spi-nor' ? PROGRAM_PAGE : word;
}

/** A tear that fits an operation, for callers that arm a cut without knowing what it will strike. */
export function fittingTear(tear: Tear, kind: StorageOperation['kind'], flash: FlashKind): Tear {
  if (tearFits(tear, kind, flash)) return tear;
  const isWeak = tear === 'weak-bits' || tear === 'weak-erase';
  if (kind === 'erase') return isWeak ? 'weak-erase' : 'partial-erase';
  return isWeak ? 'weak-bits' : 'half-programmed';
}

type Model = (target: Target, roll: Dice) => Left;

/** What is left of an operation that was torn in this way; the tear must fit it. */
export function torn(tear: Tear, target: Target, seed: number): Left {
  return MODELS[tear](target, dice(seed));
}

const MODELS: Readonly<Record<Tear, Model>> = {
  before: ({ old }) => strong(old.slice()),
  after: ({ whole }) => strong(whole.slice()),
  prefix(target, roll) {
    const step = target.flash === 'spi-nor' ? 1 : target.unit;
    const steps = Math.ceil(target.old.length / step);
    return strong(upTo(target, steps > 1 ? (1 + roll(steps - 1)) * step : 0));
  },
  'half-programmed'(target, roll) {
    const piece = pieceOf(target, roll);
    const bytes = upTo(target, piece.from);
    for (let i = piece.from; i < piece.to; i++) {
      bytes[i] = mixed(target.old[i] ?? 0, target.whole[i] ?? 0, roll(256));
    }
    return strong(bytes);
  },
  'weak-bits'(target, roll) {
    const piece = pieceOf(target, roll);
    const bytes = upTo(target, piece.from);
    const changing = (i: number) => (target.old[i] ?? 0) ^ (target.whole[i] ?? 0);
    const places: number[] = [];
    for (let i = piece.from; i < piece.to; i++) if (changing(i) !== 0) places.push(i);
    for (const i of places) bytes[i] = mixed(target.old[i] ?? 0, target.whole[i] ?? 0, roll(256));
    const weak = drawn(places, roll).map((i): WeakByte => {
      const flickering = changing(i) & (roll(256) | lowestBit(changing(i)));
      return { at: target.address + i, flickering, falling: 0, seed: roll(2 ** 32), age: 0 };
    });
    return { bytes, weak };
  },
  'partial-erase'({ old, whole }, roll) {
    return strong(mixedWords(old, whole, roll));
  },
  'weak-erase'({ address, old, whole }, roll) {
    return { bytes: whole.slice(), weak: fallingBytes(address, old, roll) };
  },
  preprogrammed({ old }, roll) {
    return strong(mixedWords(old, new Uint8Array(old.length), roll));
  },
};

function strong(bytes: Uint8Array): Left {
  return { bytes, weak: [] };
}

/** The target with its first bytes done. */
function upTo({ old, whole }: Target, length: number): Uint8Array {
  const bytes = old.slice();
  bytes.set(whole.subarray(0, length));
  return bytes;
}

/** The piece under way when power goes: one of those that change anything. */
function pieceOf(
  { unit, address, old, whole }: Target,
  roll: Dice,
): { readonly from: number; readonly to: number } {
  const pieces: { readonly from: number; readonly to: number }[] = [];
  for (let from = 0; from < old.length;) {
    const to = Math.min(old.length, from + unit - ((address + from) % unit));
    if (!isSame(old, whole, from, to)) pieces.push({ from, to });
    from = to;
  }
  return pieces[roll(pieces.length)] ?? { from: 0, to: 0 };
}

function isSame(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Each bit from the one or the other, as `choice` has it. */
function mixed(old: number, whole: number, choice: number): number {
  return (old & ~choice) | (whole & choice);
}

/** Like `mixed` over a whole page, a quarter, a half or three quarters of the bits having come through. */
function mixedWords(old: Uint8Array, whole: Uint8Array, roll: Dice): Uint8Array {
  const share = roll(3);
  const bytes = new Uint8Array(old.length);
  const [from, to] = [new DataView(old.buffer, old.byteOffset), new DataView(whole.buffer, whole.byteOffset)];
  const out = new DataView(bytes.buffer);
  for (let i = 0; i < old.length; i += 4) {
    const [a, b] = [roll(2 ** 32), share === 1 ? 0 : roll(2 ** 32)];
    const choice = share === 0 ? a & b : a | b;
    out.setUint32(i, (from.getUint32(i) & ~choice) | (to.getUint32(i) & choice));
  }
  return bytes;
}

/** Bytes of one program operation that can be weak at once: near its end, most are past the sense level. */
const WEAK_BYTES = 8;

/** As many of these as can be weak, some of them drawn where there are more. */
function drawn(places: readonly number[], roll: Dice): readonly number[] {
  if (places.length <= WEAK_BYTES) return places;
  const chosen = new Set(Array.from({ length: WEAK_BYTES }, () => places[roll(places.length)] ?? 0));
  return [...chosen];
}

/** About one programmed bit in this many is weak after an erase that reads blank. */
const WEAK_SHARE = 2048;

/** Bits that were programmed before an erase and will come back; at least one where there were any. */
function fallingBytes(address: number, old: Uint8Array, roll: Dice): readonly WeakByte[] {
  const weak = new Map<number, WeakByte>();
  for (let draws = Math.ceil((old.length * 8) / WEAK_SHARE); draws > 0; draws--) {
    const i = nextProgrammed(old, roll(old.length));
    if (i === -1) break;
    const falling = ~(old[i] ?? 0) & 0xff;
    weak.set(i, { at: address + i, flickering: 0, falling, seed: roll(2 ** 32), age: 0 });
  }
  return [...weak.values()];
}

/** The first byte from `start` on, around the end, that is not erased; -1 when all are. */
function nextProgrammed(bytes: Uint8Array, start: number): number {
  for (let step = 0; step < bytes.length; step++) {
    const i = (start + step) % bytes.length;
    if (bytes[i] !== 0xff) return i;
  }
  return -1;
}

function lowestBit(bits: number): number {
  return bits & -bits;
}
