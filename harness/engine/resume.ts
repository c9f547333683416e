import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import type { RecordSummary } from '#core/record.ts';
import { onDisk } from '#engine/disk-error.ts';
import type { BoardPlan, PlanItem, Selection } from '#engine/plan.ts';
import { sweepsIn } from '#engine/prior-cuts.ts';
import { readChain } from '#engine/read-chain.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { recordPlace, type RecordName } from '#engine/record-file.ts';
import type { RunFolder } from '#engine/run-folder.ts';

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

/** A record that stands: of the same input, and with an end that is not trouble. */
function standing({ records }: RunContents, { board, scenario }: PlanItem): RecordSummary | undefined {
  return records.find(
    (record) =>
      record.board === board &&
      record.scenario === scenario.id &&
      record.stimulus === scenario.stimulus &&
      record.flaws.length === 0 &&
      record.verdict !== 'error',
  );
}

/** Splits a plan into what an earlier run has done of it, and the rest. */
export function remainderOf(run: RunContents, plan: readonly BoardPlan[]): Remainder {
  const taken = plan.flatMap(({ items }) => items.flatMap((item) => standing(run, item) ?? []));
  const left = plan.map((board) => ({
    ...board,
    items: board.items.filter((item) => standing(run, item) === undefined),
  }));
  return { taken, left };
}

/** Copies records that stand into the folder of a new run, with everything they refer to. */
export function takeOver({ path }: RunContents, taken: readonly RecordSummary[], folder: RunFolder): void {
  const copy = (file: string) => folder.write(file, readFileSync(join(path, file)));
  onDisk(path, () => {
    for (const record of taken) {
      const place = record.evidence.file.replace(/\.jsonl$/, '');
      copy(record.evidence.file);
      folder.writeJson(`${place}.json`, record as unknown as Json);
      const sequence = place.replace(/^records/, 'cuts') + '.json';
      if (existsSync(join(path, sequence))) copy(sequence);
    }
    if (taken.length === 0 || !existsSync(join(path, 'files'))) return;
    for (const name of readdirSync(join(path, 'files'))) copy(`files/${name}`);
  });
}

/** Cuts that a scenario's sweeps had made when its run was interrupted, for each sweep in turn. */
export function priorSweeps(
  folder: string,
  name: RecordName,
  stimulus: string,
): readonly (readonly CutObservation[])[] {
  const path = join(folder, `${recordPlace(name)}.jsonl`);
  const chain = existsSync(path) ? readChain(readFileSync(path)).entries : [];
  const start = chain[0]?.data as { readonly stimulus?: string } | null | undefined;
  return start?.stimulus === stimulus ? sweepsIn(chain) : [];
}
