import { stateFlaws } from '#virtual/ble/ble-flaws-states.ts';
import { guidedSearch, type Search } from './measure/guided-search.ts';

const SEEDS = [1, 2, 3, 4, 5] as const;
/** A search that has not found it by then counts as this many cases. */
const MOST = 3000;

interface Series {
  readonly text: string;
  readonly median: number;
}

async function series(search: Pick<Search, 'flaw' | 'guided'>): Promise<Series> {
  const counts: (number | null)[] = [];
  for (const seed of SEEDS) counts.push((await guidedSearch({ ...search, seed, most: MOST })).found);
  const text = counts.map((count) => count ?? `over ${MOST}`).join(', ');
  const sorted = counts.map((count) => count ?? MOST).toSorted((a, b) => a - b);
  return { text, median: sorted[sorted.length >> 1] ?? MOST };
}

/**
 * Cases until a mistake that shows in one state of a conversation alone is found: by what earlier cases led to, and at
 * random, by the same generator and the same seeds.
 */
export async function benchmark(say: (line: string) => void): Promise<void> {
  say(`LE conversations until a state-dependent mistake is found, seeds ${SEEDS.join(', ')}`);
  const ratios: number[] = [];
  for (const { id: flaw, title } of stateFlaws) {
    say(`${flaw}: ${title}`);
    const guided = await series({ flaw, guided: true });
    say(`  guided ${guided.text}; median ${guided.median}`);
    const random = await series({ flaw, guided: false });
    say(`  random ${random.text}; median ${random.median}`);
    ratios.push(random.median / guided.median);
  }
  const least = Math.min(...ratios);
  say(`fuzz-guided ${least.toFixed(1)} times fewer cases than at random, at least`);
}
