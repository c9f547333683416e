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

function runsOf(cuts: readonly Cut[], outcome: (cut: Cut) => CutOutcome): Run[] {
  const runs: [number, number, CutOutcome][] = [];
  for (const cut of cuts) {
    const last = runs.at(-1);
    const kind = outcome(cut);
    if (last !== undefined && last[2] === kind && last[0] + last[1] === cut.operation) last[1] += 1;
    else runs.push([cut.operation, 1, kind]);
  }
  return runs;
}

/** The outcome of every power cut in a chain, or nothing where the chain holds no sweep that can be read. */
export function cutStrip(chain: readonly Evidence[]): CutStrip | undefined {
  const cuts = chain
    .filter((entry) => entry.kind === 'cut')
    .map((entry) => cutOf(entry.data))
    .filter((cut) => cut !== undefined);
  const { before, update } = sidesOf(chain);
  if (cuts.length === 0 || before === undefined) return undefined;
  const outcome = ({ settled, updatable }: Cut): CutOutcome => {
    if (settled === null) return 'nothing';
    if (settled === before) return updatable ? 'old' : 'stuck';
    return settled === update ? 'new' : 'other';
  };
  const tears = [...new Set(cuts.map((cut) => cut.tear))];
  return {
    operations: cuts.reduce((most, cut) => Math.max(most, cut.operation + 1), 0),
    erases: [...new Set(cuts.filter((cut) => cut.erases).map((cut) => cut.operation))],
    rows: tears.map((tear) => {
      const ofTear = cuts.filter((cut) => cut.tear === tear).toSorted((a, b) => a.operation - b.operation);
      return { tear, runs: runsOf(ofTear, outcome) };
    }),
  };
}
