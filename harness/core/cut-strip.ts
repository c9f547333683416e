import type { Json } from '#core/canonical.ts';
import type { Evidence } from '#core/evidence.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';
import type { CutOutcome, CutStrip } from '#core/record.ts';

type Run = readonly [number, number, CutOutcome];

interface Cut {
  readonly operation: number;
  readonly tear: string;
  readonly erases: boolean;
  /** Identity of what ran in the end; null: nothing ran then or at a boot before. */
  readonly settled: string | null;
  readonly updatable: boolean;
}

function cutOf(data: Json): Cut | undefined {
  const operation = numberOf(data, 'operation');
  const tear = textOf(data, 'tear');
  const ran = listOf(data, 'boots').map((boot) => textOf(boot, 'identity') ?? null);
  const last = ran.at(-1);
  if (operation === undefined || tear === undefined || last === undefined) return undefined;
  const settled = ran.includes(null) ? null : last;
  const erases = textOf(data, 'kind') === 'erase';
  return { operation, tear, erases, settled, updatable: memberOf(data, 'updatable') !== false };
}

/** Identities of the image that ran before a sweep and of the update. */
export interface Sides {
  readonly before: string | undefined;
  readonly update: string | undefined;
}

/** The two images of a sweep, as its summary gives them anywhere in the chain. */
export function sidesOf(chain: readonly Evidence[]): Sides {
  for (const entry of chain) {
    for (const holder of [entry.data, ...holders(entry.data)]) {
      const before = textOf(holder, 'before');
      const update = textOf(holder, 'update');
      if (before !== undefined && update !== undefined) return { before, update };
    }
  }
  return { before: undefined, update: undefined };
}

function holders(data: Json): Json[] {
  const direct = ['summary', 'output', 'result'].map((name) => memberOf(data, name));
  const nested = direct.map((holder) => memberOf(holder, 'summary'));
  return [...direct, ...nested].filter((holder) => holder !== undefined);
}

/** From best to worst: of several cuts at one operation the worst outcome is drawn. */
export const CUT_OUTCOMES: readonly CutOutcome[] = ['old', 'new', 'stuck', 'other', 'nothing'];

type Judge = (cut: Cut) => CutOutcome;

function worstByOperation(cuts: readonly Cut[], outcome: Judge): ReadonlyMap<number, CutOutcome> {
  const worst = new Map<number, CutOutcome>();
  for (const cut of cuts) {
    const known = CUT_OUTCOMES.indexOf(worst.get(cut.operation) ?? 'old');
    const here = Math.max(known, CUT_OUTCOMES.indexOf(outcome(cut)));
    worst.set(cut.operation, CUT_OUTCOMES[here] ?? 'nothing');
  }
  return worst;
}

function runsOf(cuts: readonly Cut[], outcome: Judge): Run[] {
  const runs: [number, number, CutOutcome][] = [];
  const worst = [...worstByOperation(cuts, outcome)].toSorted(([a], [b]) => a - b);
  for (const [operation, kind] of worst) {
    const last = runs.at(-1);
    if (last !== undefined && last[2] === kind && last[0] + last[1] === operation) last[1] += 1;
    else runs.push([operation, 1, kind]);
  }
  return runs;
}

function countsOf(cuts: readonly Cut[], outcome: Judge): Readonly<Record<CutOutcome, number>> {
  const counts = { old: 0, new: 0, stuck: 0, other: 0, nothing: 0 };
  for (const cut of cuts) counts[outcome(cut)] += 1;
  return counts;
}

function judgeOf({ before, update }: Sides): Judge {
  return ({ settled, updatable }) => {
    if (settled === null) return 'nothing';
    if (settled === before) return updatable ? 'old' : 'stuck';
    return settled === update ? 'new' : 'other';
  };
}

/** The outcome of every power cut in a chain, or nothing where the chain holds no sweep that can be read. */
export function cutStrip(chain: readonly Evidence[]): CutStrip | undefined {
  const cuts = chain
    .filter((entry) => entry.kind === 'cut')
    .map((entry) => cutOf(entry.data))
    .filter((cut) => cut !== undefined);
  const sides = sidesOf(chain);
  if (cuts.length === 0 || sides.before === undefined) return undefined;
  const outcome = judgeOf(sides);
  const tears = [...new Set(cuts.map((cut) => cut.tear))];
  return {
    operations: cuts.reduce((most, cut) => Math.max(most, cut.operation + 1), 0),
    erases: [...new Set(cuts.filter((cut) => cut.erases).map((cut) => cut.operation))],
    outcomes: countsOf(cuts, outcome),
    rows: tears.map((tear) => {
      const ofTear = cuts.filter((cut) => cut.tear === tear);
      return { tear, runs: runsOf(ofTear, outcome) };
    }),
  };
}
