import type { Json } from '#core/canonical.ts';
import type { CutObservation, CutSequence } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import type { RecordSummary } from '#core/record.ts';
import type { BoardEntry } from '#core/rig.ts';
import { boardNamed, bytesOf, findRecord, type ReplayOptions } from '#engine/replay.ts';

/** A recorded sequence of cuts, made again. */
export interface CutReplay {
  readonly recorded: RecordSummary;
  readonly sequence: CutSequence;
  readonly seen: CutObservation;
  /** Whether flash and fuses came to the very same bytes right after the last cut, and when settled. */
  readonly sameLeft: boolean;
  readonly sameState: boolean;
}

type Options = Omit<ReplayOptions, 'attacks' | 'onEvent'>;

function sequenceIn({ run }: Options, record: RecordSummary): CutSequence {
  const entries = run.evidence(record.evidence.file);
  const data = entries.findLast(({ kind }) => kind === 'sequence')?.data;
  if (isSequence(data)) return data;
  throw new UsageError({
    code: 'sequence-missing',
    message: `the record of ${record.scenario} holds no sequence of power cuts`,
    remedy: 'repeat the scenario itself, without --cuts: only a power-loss scenario that failed has one',
  });
}

function isSequence(data: Json | undefined): data is Json & CutSequence {
  const known = data as Partial<CutSequence> | null | undefined;
  return known?.schema === 'assay-cuts-1' && Array.isArray(known.cuts) && typeof known.image === 'string';
}

async function repeat(entry: BoardEntry, sequence: CutSequence, options: Options): Promise<CutObservation> {
  const { signal, run } = options;
  const { phase, refused, confirms, cuts, flaws } = sequence;
  await using rig = await entry.open({ signal, flaws });
  if (rig.sweep === undefined) {
    throw new UsageError({
      code: 'sweep-missing',
      message: `${entry.facts.id} cannot cut power at a flash operation on this bench`,
      remedy: 'repeat the cuts on the bench that the run used',
    });
  }
  const subject = {
    phase,
    image: bytesOf(run.path)(sequence.image),
    ...(refused === undefined ? {} : { refused }),
    ...(confirms === undefined ? {} : { confirms }),
  };
  return rig.sweep.repeat(subject, cuts, { signal });
}

/** Puts a board through the shortest failing sequence of a record once more, and compares its flash byte for byte. */
export async function replayCuts(options: Options): Promise<CutReplay> {
  const recorded = findRecord(options);
  const sequence = sequenceIn(options, recorded);
  const seen = await repeat(boardNamed(options.bench, recorded.board), sequence, options);
  return {
    recorded,
    sequence,
    seen,
    sameLeft: seen.left === sequence.left,
    sameState: seen.state === sequence.state,
  };
}
