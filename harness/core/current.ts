/** What a board drew over some milliseconds, in microamperes. */
export interface CurrentReading {
  /** Milliseconds on the rig's clock at the end of the measurement. */
  readonly atMs: number;
  readonly averageUa: number;
  readonly peakUa: number;
}

/**
 * What the readings after an alarm say, beside one of the board at rest: `spins` it draws steadily what it never draws at
 * rest, `halted` steadily less, `starts` it goes up and down as at a start, `as-before` nothing.
 */
export type CurrentSign = 'spins' | 'halted' | 'starts' | 'as-before';

/** Levels are a factor of two apart: what differs by less is the same board at another moment. */
function level(ua: number): number {
  return ua < 1 ? 0 : 1 + Math.floor(Math.log2(ua));
}

/** Tells the kind of a hang from what the board draws; the readings are at least two. */
export function currentSign(rest: CurrentReading, after: readonly CurrentReading[]): CurrentSign {
  const levels = after.map(({ averageUa }) => level(averageUa));
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  if (highest - lowest > 1) return 'starts';
  const usual = level(rest.averageUa);
  if (lowest > usual + 1) return 'spins';
  return highest < usual - 1 ? 'halted' : 'as-before';
}
