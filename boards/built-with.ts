import { UsageError } from '#core/errors.ts';
import type { BoardEntry } from '#core/rig.ts';

/** How a board with weaknesses for good goes by. */
export interface BuiltName {
  readonly id: string;
  readonly title: string;
}

/** A virtual board that always has these weaknesses, to be run and reported like any other. */
export function builtWith(entry: BoardEntry, flaws: readonly string[], name: BuiltName): BoardEntry {
  const unknown = flaws.find((flaw) => !entry.flaws.some(({ id }) => id === flaw));
  if (unknown !== undefined) {
    throw new UsageError({
      code: 'unknown-flaw',
      message: `${entry.facts.id} cannot be built with such a flaw`,
      expected: entry.flaws.map(({ id }) => id).join(', '),
      got: unknown,
      remedy: 'take an id from the flaws of the board entry',
    });
  }
  const facts = { ...entry.facts, ...name };
  return {
    ...entry,
    facts,
    flaws: entry.flaws.filter(({ id }) => !flaws.includes(id)),
    open: async (options) => {
      const rig = await entry.open({ ...options, flaws: [...flaws, ...(options.flaws ?? [])] });
      return { ...rig, board: facts };
    },
  };
}
