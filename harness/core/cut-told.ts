import type { Json } from '#core/canonical.ts';
import type { Sides } from '#core/cut-strip.ts';
import type { Evidence } from '#core/evidence.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';
import type { CutOutcome } from '#core/record.ts';

/** A cut at a flash operation, as a chain tells it. */
export interface ToldCut {
  readonly operation: number;
  readonly tear: string;
  readonly erases: boolean;
  readonly outcome: CutOutcome;
  /** Whether it came after another cut of the same update. */
  readonly isDeeper: boolean;
  readonly recognised: boolean;
  /** Digest of the state that it left. */
  readonly left: string | undefined;
  /** Rule that it broke, and the documented oddity that this is. */
  readonly broke: string | undefined;
  readonly oddity: string | undefined;
}

/** How a board ended up, by the boots that were seen; undefined where none can be read. */
export function outcomeOf(data: Json, { before, update }: Sides): CutOutcome | undefined {
  const ran = listOf(data, 'boots').map((boot) => textOf(boot, 'identity') ?? null);
  const last = ran.at(-1);
  if (last === undefined) return undefined;
  if (ran.includes(null)) return 'nothing';
  if (last === before) return memberOf(data, 'updatable') === false ? 'stuck' : 'old';
  return last === update ? 'new' : 'other';
}

function toldCut(data: Json, sides: Sides): ToldCut | undefined {
  const operation = numberOf(data, 'operation');
  const tear = textOf(data, 'tear');
  const outcome = outcomeOf(data, sides);
  if (operation === undefined || tear === undefined || outcome === undefined) return undefined;
  return {
    operation,
    tear,
    outcome,
    erases: textOf(data, 'kind') === 'erase',
    isDeeper: listOf(data, 'later').length > 0,
    recognised: memberOf(data, 'recognised') === true,
    left: textOf(data, 'left'),
    broke: textOf(data, 'broke'),
    oddity: textOf(data, 'oddity'),
  };
}

/** The cuts at flash operations that a chain tells of, in order. */
export function toldCuts(chain: readonly Evidence[], sides: Sides): readonly ToldCut[] {
  return chain
    .filter((entry) => entry.kind === 'cut')
    .map((entry) => toldCut(entry.data, sides))
    .filter((cut) => cut !== undefined);
}
