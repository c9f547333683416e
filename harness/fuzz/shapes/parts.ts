import type { CaseShape, TakenApart } from '#core/case-shape.ts';

const NEWLINE = 0x0a;
/** Most parts that an input is taken into: of a longer one a part is a run of bytes. */
export const MOST_PARTS = 4096;
/** Parts that make an input when they are put behind one another and closed by `close`. */
export function inARow(
  parts: readonly Uint8Array[],
  close: (kept: Uint8Array) => Uint8Array = (kept) => kept,
): TakenApart {
  const join = (kept: readonly number[]) =>
    close(Uint8Array.from(Buffer.concat(kept.map((part) => parts[part] ?? new Uint8Array()))));
  return { parts: parts.length, join };
}

/** The bytes one by one, or in so many runs. */
export function runsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const size = Math.ceil(bytes.length / MOST_PARTS);
  const count = size === 0 ? 0 : Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, run) => bytes.subarray(run * size, (run + 1) * size));
}

/** Pieces that end behind each of the bytes. */
export function endedBy(bytes: Uint8Array, end: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length && pieces.length < MOST_PARTS;) {
    const found = bytes.indexOf(end, at);
    const next = found === -1 || pieces.length === MOST_PARTS - 1 ? bytes.length : found + 1;
    pieces.push(bytes.subarray(at, next));
    at = next;
  }
  return pieces;
}

/** Byte by byte: what lies about a length goes on lying. */
export const BYTES: CaseShape = { name: 'bytes', take: (bytes) => inARow(runsOf(bytes)) };
/** Line by line: frames of a console, headers of HTTP. */
export const LINES: CaseShape = { name: 'lines', take: (bytes) => inARow(endedBy(bytes, NEWLINE)) };
