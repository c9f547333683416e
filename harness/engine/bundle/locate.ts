import { BLOCK, MODULUS, sealOf, type FileSeal } from '#engine/bundle/file-seal.ts';

/** A place in a file: one byte where `to` is `from + 1`, else somewhere from `from` up to `to`. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** What the byte was, where that is certain. */
  readonly was?: number;
  /** What it is now. */
  readonly is?: number;
}

/** The file again, from its beginning. */
type Chunks = () => Iterable<Uint8Array>;

function sumAt(sums: string, block: number): number {
  return Number.parseInt(sums.slice(8 * block, 8 * block + 8), 16);
}

function inverse(value: number): number {
  let [result, base] = [1, value];
  for (let power = MODULUS - 2; power > 0; power = Math.floor(power / 2)) {
    if (power % 2 === 1) result = (result * base) % MODULUS;
    base = (base * base) % MODULUS;
  }
  return result;
}

function modulo(value: number): number {
  return ((value % MODULUS) + MODULUS) % MODULUS;
}

/**
 * The one byte whose change by `delta` turns one Adler-32 into another: it counts once in the low sum and, in the high
 * one, as often as bytes follow it, itself included. Null where no single byte does.
 */
function altered(before: number, after: number, length: number): { offset: number; delta: number } | null {
  const low = modulo((after & 0xffff) - (before & 0xffff));
  if (low === 0) return null;
  const delta = low > 255 ? low - MODULUS : low;
  if (delta < -255) return null;
  const high = modulo((after >>> 16) - (before >>> 16));
  const offset = length - ((high * inverse(low)) % MODULUS);
  return offset >= 0 && offset < length ? { offset, delta } : null;
}

function byteAt(chunks: Chunks, offset: number): number | undefined {
  let at = 0;
  for (const chunk of chunks()) {
    if (offset < at + chunk.length) return chunk[offset - at];
    at += chunk.length;
  }
  return undefined;
}

function* mended(chunks: Chunks, offset: number, byte: number): Iterable<Uint8Array> {
  let at = 0;
  for (const chunk of chunks()) {
    const inside = offset >= at && offset < at + chunk.length;
    yield inside ? Uint8Array.from(chunk, (value, index) => (at + index === offset ? byte : value)) : chunk;
    at += chunk.length;
  }
}

/** The single byte that was altered, proven: with its former value the file has the digest it was sealed with. */
function single(chunks: Chunks, sealed: FileSeal, found: FileSeal, block: number): Place | null {
  const length = Math.min(BLOCK, sealed.size - block * BLOCK);
  const change = altered(sumAt(sealed.sums, block), sumAt(found.sums, block), length);
  if (change === null) return null;
  const from = block * BLOCK + change.offset;
  const is = byteAt(chunks, from);
  const was = (is ?? 0) - change.delta;
  if (is === undefined || was < 0 || was > 255) return null;
  const { sha256 } = sealOf(mended(chunks, from, was));
  return sha256 === sealed.sha256 ? { from, to: from + 1, was, is } : null;
}

/** Where a file that is not what was sealed first differs: the byte where one was altered, else the block. */
export function locate(chunks: Chunks, sealed: FileSeal, found: FileSeal): Place {
  const blocks = Math.ceil(Math.min(sealed.size, found.size) / BLOCK);
  for (let block = 0; block < blocks; block++) {
    if (sumAt(sealed.sums, block) === sumAt(found.sums, block)) continue;
    const from = block * BLOCK;
    const whole = { from, to: Math.min(from + BLOCK, Math.max(sealed.size, found.size)) };
    return sealed.size === found.size ? (single(chunks, sealed, found, block) ?? whole) : whole;
  }
  if (sealed.size === found.size) return { from: 0, to: sealed.size };
  return { from: Math.min(sealed.size, found.size), to: Math.max(sealed.size, found.size) };
}
