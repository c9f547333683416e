import type { InputProtocol } from '#core/board.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { mutateCase } from '#fuzz/mutate-case.ts';
import { rng } from '#fuzz/rng.ts';

/** What an endless row of cases is made from. */
export interface EndlessSource {
  readonly protocol: InputProtocol;
  readonly seed: number;
  /** Cases that come first, as they are; at least one. */
  readonly sets: readonly [FuzzCase, ...FuzzCase[]];
}

/** Longest name of a case: mutations of mutations would go on for ever. */
const LONGEST_NAME = 120;

/**
 * The case with this number: first the whole sets, then mutations of them and of the corpus, half of each. The same seed,
 * number and corpus give the same bytes.
 */
export function endlessCase(
  { protocol, seed, sets }: EndlessSource,
  index: number,
  corpus: readonly FuzzCase[],
): FuzzCase {
  const first = sets[index];
  if (first !== undefined) return first;
  const random = rng(seed, `${protocol} case ${index}`);
  const known = random.below(2) === 0 ? corpus : sets;
  const base = known[random.below(known.length)] ?? random.pick(sets);
  const mutated = mutateCase(protocol, base, random);
  return { ...mutated, name: mutated.name.slice(0, LONGEST_NAME) };
}
