import type { Json } from '#core/canonical.ts';
import { outcomesOf, phaseOf, sidesOf } from '#core/cut-strip.ts';
import { outcomeOf } from '#core/cut-told.ts';
import type { Evidence } from '#core/evidence.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';
import type { TimedStrip } from '#core/record.ts';
import type { TimedWindow } from '#core/timed-cuts.ts';

type Cut = TimedStrip['cuts'][number];

function windowOf(data: Json): TimedWindow | undefined {
  const [name, fromMs, toMs] = [textOf(data, 'name'), numberOf(data, 'fromMs'), numberOf(data, 'toMs')];
  if (name === undefined || fromMs === undefined || toMs === undefined) return undefined;
  return { name, fromMs, toMs };
}

/** The outcome of every power cut by time in a chain, or nothing where the chain holds none that can be read. */
export function timedStrip(chain: readonly Evidence[]): TimedStrip | undefined {
  const sides = sidesOf(chain);
  const calibration = chain
    .map(({ data }) => memberOf(data, 'output'))
    .find((output) => listOf(output, 'windows').length > 0);
  const cuts = chain.flatMap(({ kind, data }): Cut[] => {
    const [atMs, outcome] = [numberOf(data, 'achievedMs'), outcomeOf(data, sides)];
    if (kind !== 'cut' || atMs === undefined || outcome === undefined) return [];
    const purpose = textOf(data, 'purpose') === 'narrowed' ? 'narrowed' : 'spread';
    return [{ atMs, purpose, outcome, broken: textOf(data, 'broke') !== undefined }];
  });
  if (cuts.length === 0 || calibration === undefined) return undefined;
  return {
    phase: phaseOf(chain),
    ms: numberOf(calibration, 'ms') ?? 0,
    windows: listOf(calibration, 'windows')
      .map(windowOf)
      .filter((window) => window !== undefined),
    cuts,
    outcomes: outcomesOf(cuts),
  };
}
