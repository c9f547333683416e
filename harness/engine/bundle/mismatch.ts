import type { Place } from '#engine/bundle/locate.ts';

/** Something in a run that is not as it was when the run was sealed. */
export interface Mismatch {
  /** Path in the run folder. */
  readonly file: string;
  /** Number of the evidence entry, where one is known. */
  readonly entry?: number;
  /** Where in the file, where it is known. */
  readonly place?: Place;
  /** Offset in the bundle of what does not fit, where the run is in one. */
  readonly at?: number;
  readonly what: string;
}

/** Where two byte strings first differ, as a place in the second; null where they are equal. */
export function firstDifference(expected: Uint8Array, found: Uint8Array): Place | null {
  const length = Math.min(expected.length, found.length);
  let at = 0;
  while (at < length && expected[at] === found[at]) at += 1;
  if (at === length && expected.length === found.length) return null;
  const [was, is] = [expected[at], found[at]];
  if (was === undefined || is === undefined) {
    return { from: at, to: Math.max(expected.length, found.length) };
  }
  return { from: at, to: at + 1, was, is };
}
