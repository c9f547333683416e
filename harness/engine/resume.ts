import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CutObservation } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import type { RecordSummary } from '#core/record.ts';
import { MadeBefore } from '#engine/made-before.ts';
import type { BoardPlan, Selection } from '#engine/plan.ts';
import { sweepsIn } from '#engine/prior-cuts.ts';
import { readChain } from '#engine/read-chain.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { recordPlace, type RecordName } from '#engine/record-file.ts';

/** What an interrupted run was to do. */
export interface Unfinished {
  readonly run: RunContents;
  readonly selection: Selection;
}

/** Reads a run that was interrupted or killed. Throws UsageError `resume-ended` where there is nothing left of it. */
export function readUnfinished(folder: string): Unfinished {
  const run = readRun(folder);
  const { header } = run;
  if (header.state === 'ended' && !header.interrupted) {
    throw new UsageError({
      code: 'resume-ended',
      message: `${run.path} ran to its end`,
      got: `${run.records.length} records of ${header.planned}`,
      remedy: 'begin a new run, or repeat one scenario with `assay replay`',
    });
  }
  return { run, selection: header.selection ?? {} };
}

/** What is left of a plan, and the records that need not be made again. */
export interface Remainder {
  readonly taken: readonly RecordSummary[];
  readonly left: readonly BoardPlan[];
}

/** Splits a plan into what an earlier run has done of it, and the rest. */
export function remainderOf({ records }: RunContents, plan: readonly BoardPlan[]): Remainder {
  const before = new MadeBefore(records);
  const left = plan.map((board) => ({ ...board, items: before.left(board.items) }));
  return { taken: before.of(plan), left };
}

/**
 * Cuts that a scenario's sweeps had made when its run was interrupted, for each sweep in turn; none where it was sent
 * something else, or the board was built otherwise.
 */
export function priorSweeps(
  folder: string,
  name: RecordName,
  { stimulus, built }: { readonly stimulus: string; readonly built: string },
): readonly (readonly CutObservation[])[] {
  const path = join(folder, `${recordPlace(name)}.jsonl`);
  const chain = existsSync(path) ? readChain(readFileSync(path)).entries : [];
  const start = chain[0]?.data as { readonly stimulus?: string; readonly built?: string } | null | undefined;
  return start?.stimulus === stimulus && start.built === built ? sweepsIn(chain) : [];
}
