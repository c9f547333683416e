import type { Json } from '#core/canonical.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import type { Evidence } from '#core/evidence.ts';
import { listOf, numberOf, textOf } from '#core/json-path.ts';

/** Whether a recorded cut tells all that was seen of a recovery. */
function isObservation(data: Json): boolean {
  const texts = ['left', 'state', 'tear'].every((name) => textOf(data, name) !== undefined);
  const numbers = ['operation', 'settledAfter', 'work'].every((name) => numberOf(data, name) !== undefined);
  return texts && numbers && listOf(data, 'boots').length > 0;
}

/** The cuts of each sweep that a record holds, in order; the last one may have been interrupted. */
export function sweepsIn(chain: readonly Evidence[]): readonly (readonly CutObservation[])[] {
  const sweeps: CutObservation[][] = [[]];
  for (const { kind, data } of chain) {
    if (kind === 'cut' && isObservation(data)) sweeps.at(-1)?.push(data as unknown as CutObservation);
    if (kind === 'verb' && textOf(data, 'verb') === 'sweepCuts') sweeps.push([]);
  }
  return sweeps;
}
