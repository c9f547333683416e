import type { Attack } from '#core/attack.ts';
import type { ReportFormat, Standard } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import { WearBook } from '#engine/care/wear-book.ts';
import { discoverAttacks, discoverFormats, discoverStandards } from '#engine/discovery.ts';
import { inThisThread, type Executor } from '#engine/executor.ts';
import { loadBench, wearFile } from '#engine/load-bench.ts';
import { pooled } from '#engine/pool.ts';
import { chooseFormats } from '#engine/render-reports.ts';
import type { Values } from './command.ts';
import { jobsOption, listOption, textOption } from './options.ts';

/** Where run folders go unless told otherwise. */
export const OUT = 'reports/runs';

/** A page laid out in a browser takes seconds: the demo leaves it to `assay report`. */
const SLOW_FORMATS: ReadonlySet<string> = new Set(['pdf']);

const BENCH = 'virtual';

/** What commands that run scenarios need. */
export interface Setup {
  readonly bench: Bench;
  readonly benchReference: string;
  readonly attacks: readonly Attack[];
  readonly formats: readonly ReportFormat[];
  readonly standards: readonly Standard[];
}

/** The formats asked for, or all there are. */
export async function chosenFormats(values: Values): Promise<readonly ReportFormat[]> {
  const all = await discoverFormats();
  const asked = listOption(values, 'format');
  return asked.length > 0 ? chooseFormats(all, asked) : all;
}

/** The formats asked for, or all that are quick to make. */
export async function quickFormats(values: Values): Promise<readonly ReportFormat[]> {
  if (listOption(values, 'format').length > 0) return chosenFormats(values);
  return (await discoverFormats()).filter((format) => !SLOW_FORMATS.has(format.id));
}

/** Loads the bench that was named and everything found by folder. */
export async function loadSetup(values: Values, formatsOf = chosenFormats): Promise<Setup> {
  const benchReference = textOption(values, 'bench') ?? BENCH;
  // Alone: Node cannot load a CommonJS bench while it loads ES modules that both need.
  const bench = await loadBench(benchReference);
  const [attacks, formats, standards] = await Promise.all([
    discoverAttacks(),
    formatsOf(values),
    discoverStandards(),
  ]);
  return { bench, benchReference, attacks, formats, standards };
}

/** Threads for virtual boards and machines, which take only processor time; one lane where a real board is plugged in. */
export function executorFor({ bench, benchReference, attacks }: Setup, values: Values): Executor {
  const width = jobsOption(values);
  const isReal = bench.boards.some((board) => board.kind === 'board');
  if (!isReal && width > 1) return pooled(benchReference, width);
  return inThisThread(bench, attacks, WearBook.open(isReal ? wearFile(benchReference) : null));
}
