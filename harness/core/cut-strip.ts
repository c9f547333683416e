import type { Json } from '#core/canonical.ts';
import { type ToldCut, toldCuts } from '#core/cut-told.ts';
import type { Evidence } from '#core/evidence.ts';
import { memberOf, textOf } from '#core/json-path.ts';
import type { CutOutcome, CutStrip, TearCount } from '#core/record.ts';
import { TEARS } from '#core/tear.ts';

type Run = readonly [number, number, CutOutcome];

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

/** The phase that verbs of a chain were asked to cut. */
export function phaseOf(chain: readonly Evidence[]): string {
  const asked = chain.map(({ data }) => textOf(memberOf(data, 'input'), 'phase'));
  return asked.find((phase) => phase !== undefined) ?? 'phase';
}

/** From best to worst: of several cuts at one operation the worst outcome is drawn. */
export const CUT_OUTCOMES: readonly CutOutcome[] = ['old', 'new', 'stuck', 'other', 'nothing'];

function worstByOperation(cuts: readonly ToldCut[]): ReadonlyMap<number, CutOutcome> {
  const worst = new Map<number, CutOutcome>();
  for (const cut of cuts) {
    const known = CUT_OUTCOMES.indexOf(worst.get(cut.operation) ?? 'old');
    const here = Math.max(known, CUT_OUTCOMES.indexOf(cut.outcome));
    worst.set(cut.operation, CUT_OUTCOMES[here] ?? 'nothing');
  }
  return worst;
}

function runsOf(cuts: readonly ToldCut[]): Run[] {
  const runs: [number, number, CutOutcome][] = [];
  const worst = [...worstByOperation(cuts)].toSorted(([a], [b]) => a - b);
  for (const [operation, kind] of worst) {
    const last = runs.at(-1);
    if (last !== undefined && last[2] === kind && last[0] + last[1] === operation) last[1] += 1;
    else runs.push([operation, 1, kind]);
  }
  return runs;
}

/** Cuts by outcome. */
export function outcomesOf(
  cuts: readonly { readonly outcome: CutOutcome }[],
): Readonly<Record<CutOutcome, number>> {
  const counts = { old: 0, new: 0, stuck: 0, other: 0, nothing: 0 };
  for (const { outcome } of cuts) counts[outcome] += 1;
  return counts;
}

function countOf(cuts: readonly ToldCut[]): Omit<TearCount, 'tear'> {
  return {
    cuts: cuts.length,
    recognised: cuts.filter(({ recognised }) => recognised).length,
    states: new Set(cuts.map(({ left }) => left)).size,
    outcomes: outcomesOf(cuts),
    broken: cuts.filter(({ broke }) => broke !== undefined).length,
    odd: cuts.filter(({ oddity }) => oddity !== undefined).length,
  };
}

function brokenIn(cuts: readonly ToldCut[]): readonly number[] {
  const failed = cuts.filter(({ broke, oddity }) => broke !== undefined && oddity === undefined);
  return [...new Set(failed.map(({ operation }) => operation))].toSorted((a, b) => a - b);
}

/** Known ways of tearing in their own order, then any others. */
function tearsOf(cuts: readonly ToldCut[]): readonly string[] {
  const found = new Set(cuts.map(({ tear }) => tear));
  return [...TEARS.filter((tear) => found.delete(tear)), ...found];
}

/** The outcome of every power cut in a chain, or nothing where the chain holds no sweep that can be read. */
export function cutStrip(chain: readonly Evidence[]): CutStrip | undefined {
  const sides = sidesOf(chain);
  const cuts = toldCuts(chain, sides);
  if (cuts.length === 0 || sides.before === undefined) return undefined;
  const first = cuts.filter(({ isDeeper }) => !isDeeper);
  const deeper = cuts.filter(({ isDeeper }) => isDeeper);
  const byTear = tearsOf(first).map((tear) => [tear, first.filter((cut) => cut.tear === tear)] as const);
  return {
    phase: phaseOf(chain),
    operations: first.reduce((most, cut) => Math.max(most, cut.operation + 1), 0),
    erases: [...new Set(first.filter((cut) => cut.erases).map((cut) => cut.operation))],
    outcomes: outcomesOf(first),
    rows: byTear.map(([tear, ofTear]) => ({ tear, runs: runsOf(ofTear), broken: brokenIn(ofTear) })),
    tears: byTear.map(([tear, ofTear]) => Object.assign({ tear }, countOf(ofTear))),
    deeper: deeper.length === 0 ? null : countOf(deeper),
  };
}
