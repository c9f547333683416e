import type { Json } from '#core/canonical.ts';
import type { CutSequence } from '#core/cut-sweep.ts';
import type { Evidence } from '#core/evidence.ts';
import type { FlashMap } from '#core/flash-map.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';
import type { CutFailure } from '#core/record.ts';

type Mapped = CutFailure['maps'][number];

/** A map as this program writes it; of any other shape nothing is drawn. */
function isMap(data: Json | undefined): data is Json & FlashMap {
  const areas = listOf(data, 'areas');
  const notes = listOf(data, 'notes');
  const whole = areas.every(
    (area) =>
      textOf(area, 'name') !== undefined &&
      numberOf(area, 'size') !== undefined &&
      listOf(area, 'runs').every(
        (run) => numberOf(run, 'pages') !== undefined && textOf(run, 'holds') !== undefined,
      ),
  );
  const told = notes.every(
    (note) => textOf(note, 'field') !== undefined && textOf(note, 'reads') !== undefined,
  );
  return numberOf(data, 'page') !== undefined && areas.length > 0 && whole && told;
}

function mapped({ kind, data }: Evidence): Mapped | undefined {
  const [map, digest] = [memberOf(data, 'map'), textOf(data, 'digest')];
  if (kind !== 'flash' || digest === undefined || !isMap(map)) return undefined;
  return { when: textOf(data, 'when') === 'settled' ? 'settled' : 'left', digest, map };
}

function isSequence(data: Json | undefined): data is Json & CutSequence {
  const cuts = listOf(data, 'cuts');
  const known = textOf(data, 'schema') === 'assay-cuts-1' && textOf(data, 'left') !== undefined;
  return known && cuts.length > 0 && cuts.every((cut) => numberOf(cut, 'operation') !== undefined);
}

/** The shortest failing sequence of cuts in a chain with the flash it leads to, or nothing where there is none. */
export function cutFailure(chain: readonly Evidence[]): CutFailure | undefined {
  const sequence = chain.findLast(({ kind }) => kind === 'sequence')?.data;
  if (!isSequence(sequence)) return undefined;
  return { sequence, maps: chain.map(mapped).filter((map) => map !== undefined) };
}
