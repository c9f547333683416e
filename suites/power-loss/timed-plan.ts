import type { TimedWindow } from '#core/timed-cuts.ts';
import { rng } from '#fuzz/rng.ts';

/** Moments of a phase at which power is to go, spread over its windows by a seed. */
export interface Spread {
  readonly windows: readonly TimedWindow[];
  readonly cuts: number;
  readonly seed: number;
}

/** A cut made, and what became of the board. */
export interface Placed {
  readonly atMs: number;
  readonly outcome: string;
}

/** Cuts for each window: one at least where there are enough, the rest by the windows' length. */
function allotted({ windows, cuts }: Spread): readonly number[] {
  const least = cuts >= windows.length ? 1 : 0;
  const rest = cuts - least * windows.length;
  const total = windows.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const shares = windows.map(({ fromMs, toMs }) => (total > 0 ? (rest * (toMs - fromMs)) / total : 0));
  const counts = shares.map((share) => least + Math.floor(share));
  const left = cuts - counts.reduce((sum, count) => sum + count, 0);
  const byRest = shares
    .map((share, index) => ({ index, rest: share % 1 }))
    .toSorted((a, b) => b.rest - a.rest);
  for (const { index } of byRest.slice(0, left)) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
}

/** A window in as many equal parts as it gets cuts, with one cut at random in each: even, and yet not periodic. */
function within({ fromMs, toMs }: TimedWindow, cuts: number, draw: () => number): readonly number[] {
  const part = (toMs - fromMs) / cuts;
  return Array.from({ length: cuts }, (_, index) => fromMs + (index + draw()) * part);
}

/** The moments, in order. */
export function spreadCuts(spread: Spread): readonly number[] {
  const stream = rng(spread.seed, 'timed cuts');
  const draw = () => stream.below(1_000_000) / 1_000_000;
  const counts = allotted(spread);
  return spread.windows.flatMap((window, index) => within(window, counts[index] ?? 0, draw));
}

/**
 * Halfway between neighbouring cuts with different outcomes, widest gap first: there the board passes a point of no
 * return, and faults live around such points. Gaps below the resolution are left alone.
 */
export function narrowedCuts(made: readonly Placed[], resolutionMs: number, most: number): readonly number[] {
  const inOrder = made.toSorted((a, b) => a.atMs - b.atMs);
  const gaps = inOrder.slice(1).flatMap(({ atMs, outcome }, index) => {
    const before = inOrder[index];
    const differs = before !== undefined && before.outcome !== outcome;
    return differs && atMs - before.atMs > resolutionMs ? [{ from: before.atMs, to: atMs }] : [];
  });
  return gaps
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, most)
    .map(({ from, to }) => (from + to) / 2);
}
