import type { Mismatch } from '#engine/bundle/mismatch.ts';

/** How a flipped byte of a bundle was found. */
export type FlipFinding = 'byte' | 'part' | 'missed' | 'misnamed';

/**
 * Whether what was found names the flipped byte: `byte`, exactly that offset of the bundle; `part`, a part that holds it;
 * `misnamed`, something else only.
 */
export function judgeFlip(offset: number, mismatches: readonly Mismatch[]): FlipFinding {
  if (mismatches.length === 0) return 'missed';
  const holds = mismatches.map(({ at, place }) => {
    if (at === undefined) return null;
    const length = place === undefined ? 1 : place.to - place.from;
    return offset >= at && offset < at + length ? length : null;
  });
  if (holds.includes(1)) return 'byte';
  return holds.some((length) => length !== null) ? 'part' : 'misnamed';
}
