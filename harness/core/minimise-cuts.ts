import { sequenceOf } from '#core/conduct-sweep.ts';
import type { Cut, CutObservation } from '#core/cut-sweep.ts';
import { TEAR_MODELS, TEARS } from '#core/tear.ts';

/** What to look for, and how to try it. */
export interface Hunt {
  /** Runs a sequence; null where the board never comes to one of its operations. */
  readonly attempt: (cuts: readonly Cut[]) => Promise<CutObservation | null>;
  /** Whether what a sequence leads to is the failure that is looked for. */
  readonly breaks: (cut: CutObservation) => boolean;
}

/** The simplest failing sequence that was found. */
export interface Shortest {
  readonly cut: CutObservation;
  /** Sequences tried on the way. */
  readonly tried: number;
}

/** Most sequences tried. */
const PATIENCE = 400;
/** Small seeds tried for a torn operation. */
const SEEDS = 4;

/** Fewest cuts first, then the earliest operations, then boundaries before tears, then the smaller seed. */
export function bySimplicity(a: readonly Cut[], b: readonly Cut[]): number {
  const ranks = (cuts: readonly Cut[]) => [
    cuts.length,
    ...cuts.map(({ operation }) => operation),
    ...cuts.map(({ tear }) => TEARS.indexOf(tear)),
    ...cuts.map(({ seed }) => seed),
  ];
  const others = ranks(b);
  const differing = ranks(a).map((rank, place) => rank - (others[place] ?? 0));
  return differing.find((difference) => difference !== 0) ?? 0;
}

/** Makes a failing sequence as simple as it gets while it still fails in the same way; begins with the simplest found. */
export async function minimiseCuts(found: readonly CutObservation[], hunt: Hunt): Promise<Shortest | null> {
  let [best] = found.toSorted((a, b) => bySimplicity(sequenceOf(a), sequenceOf(b)));
  if (best === undefined) return null;
  let tried = 0;
  for (let better = true; better;) {
    better = false;
    for (const candidate of simpler(sequenceOf(best))) {
      if (tried === PATIENCE) return { cut: best, tried };
      tried += 1;
      const seen = await hunt.attempt(candidate);
      if (seen === null || !hunt.breaks(seen)) continue;
      best = seen;
      better = true;
      break;
    }
  }
  return { cut: best, tried };
}

/** Sequences that are simpler than this one, the simplest first. */
function simpler(cuts: readonly Cut[]): readonly (readonly Cut[])[] {
  const shorter = cuts.length > 1 ? cuts.map((_, place) => cuts.filter((_cut, at) => at !== place)) : [];
  const changed = cuts.flatMap((cut, place) =>
    variants(cut, cuts.length > 1).map((one) => cuts.with(place, one)),
  );
  return [...shorter, ...changed]
    .filter((candidate) => bySimplicity(candidate, cuts) < 0)
    .toSorted(bySimplicity);
}

/** The same cut with another tear or seed, and, for one of several cuts, at a boundary before it. */
function variants({ operation }: Cut, isOneOfSeveral: boolean): readonly Cut[] {
  const here = TEARS.flatMap((tear) => {
    const seeds = TEAR_MODELS[tear].seeded ? SEEDS : 1;
    return Array.from({ length: seeds }, (_, seed) => ({ operation, tear, seed }));
  });
  const earlier = Array.from({ length: isOneOfSeveral ? operation : 0 }, (_, place) => ({
    operation: place,
    tear: 'after' as const,
    seed: 0,
  }));
  return [...earlier, ...here];
}
