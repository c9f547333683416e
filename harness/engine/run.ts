import { basename } from 'node:path';
import { verdictDigest } from '#core/assemble.ts';
import type { Attack, CutEffort } from '#core/attack.ts';
import type { Json } from '#core/canonical.ts';
import { BenchError, isAssayError } from '#core/errors.ts';
import type { RecordSummary, ReportFormat, Standard } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import { factsSummary, openedBoard } from '#engine/board-summary.ts';
import { demandSameBoards } from '#engine/built-as.ts';
import { keepCampaign, type LoadedCampaign } from '#engine/campaign-file.ts';
import type { OnEvent } from '#engine/events.ts';
import { executeAll, type Executor } from '#engine/executor.ts';
import { attackGroups, controlItems, controlsOf, jobFor } from '#engine/jobs.ts';
import { makePlan, type BoardPlan, type Selection } from '#engine/plan.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { renderReports, reportOf } from '#engine/render-reports.ts';
import { remainderOf, type Remainder } from '#engine/resume.ts';
import type { BoardResult } from '#engine/run-board.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { attackSummary, HEADER_FILE, type RunHeader } from '#engine/run-header.ts';
import { sealRun } from '#engine/seal.ts';
import { keepSelfTest, type LoadedSelfTest } from '#engine/selftest-file.ts';
import { takeOver } from '#engine/take-over.ts';
import { tool } from '#engine/version.ts';

export interface RunOptions {
  readonly bench: Bench;
  /** Bench as it was named, for `replay`. */
  readonly benchReference: string;
  readonly attacks: readonly Attack[];
  readonly selection: Selection;
  readonly seed: number;
  readonly cuts?: CutEffort | undefined;
  /** Folder that gets the run's own folder. */
  readonly out: string;
  readonly formats: readonly ReportFormat[];
  readonly standards: readonly Standard[];
  /** What a person states of the run. */
  readonly campaign?: LoadedCampaign;
  /** What the rig was seen to catch, which the report cites. */
  readonly selfTest?: LoadedSelfTest;
  /** An interrupted run of the same bench, selection and seed: what it has done is taken over. */
  readonly resume?: RunContents | undefined;
  readonly executor: Executor;
  /** Fills the folder before anything runs. */
  readonly before?: (folder: string) => void;
  /** Stops the run: the scenario under way ends as `error`, the rest is not run, what was recorded is sealed. */
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

export interface FinishedRun {
  /** Absolute. */
  readonly runDir: string;
  readonly header: RunHeader;
  readonly records: readonly RecordSummary[];
  /** Report files by format id. */
  readonly reports: Readonly<Record<string, string>>;
}

function firstHeader(options: RunOptions, plan: readonly BoardPlan[], id: string, now: Date): RunHeader {
  const { bench, seed, benchReference, attacks } = options;
  const used = new Set(plan.flatMap(({ items }) => items.map((item) => item.attack)));
  return {
    schema: 'assay-run-1',
    state: 'running',
    id,
    tool: tool(),
    title: `Security test of ${bench.title}`,
    startedAt: now.toISOString(),
    endedAt: now.toISOString(),
    interrupted: false,
    seed,
    bench: { id: bench.id, title: bench.title },
    benchReference,
    selection: options.selection,
    ...(options.resume === undefined ? {} : { resumed: options.resume.header.id }),
    ...(options.cuts === undefined ? {} : { cuts: options.cuts }),
    ...(options.selfTest === undefined ? {} : { selfTest: options.selfTest.citation }),
    boards: plan.map(({ entry }) => factsSummary(entry)),
    attacks: attacks.filter((attack) => used.has(attack)).map(attackSummary),
    planned: plan.reduce((sum, { items }) => sum + items.length, 0),
    verdictDigest: null,
  };
}

/** On one lane a board's rig is opened once; on several, its controls run first and then its attacks side by side. */
async function execute(
  options: RunOptions,
  { taken, left: plan }: Remainder,
  runDir: string,
): Promise<BoardResult[]> {
  const { executor, seed, cuts, resume } = options;
  const done = [{ records: taken }];
  const resumeFrom = resume === undefined ? {} : { resumeFrom: resume.path };
  const rest = { flaws: [], seed, cuts, controls: [], runDir, stopAtFail: false, ...resumeFrom };
  if (executor.width === 1) {
    const jobs = plan.map(({ entry: { facts }, items }) =>
      jobFor(items, { ...rest, board: facts.id, controls: controlsOf(done, facts.id) }),
    );
    return [...(await executeAll(executor, jobs, options))];
  }
  const controls = await executeAll(
    executor,
    plan.map((one) => jobFor(controlItems(one), { ...rest, board: one.entry.facts.id })),
    options,
  );
  const jobs = plan.flatMap((one) => {
    const board = one.entry.facts.id;
    const relied = controlsOf([...done, ...controls], board);
    return attackGroups(one).map((items) => jobFor(items, { ...rest, board, controls: relied }));
  });
  return [...controls, ...(await executeAll(executor, jobs, options))];
}

/** Whatever stopped a run also says what is left of it. */
function withKept(error: unknown, folder: RunFolder): unknown {
  if (!isAssayError(error) || error.fault !== 'bench') return error;
  const { code, message, expected, got, remedy } = error;
  return new BenchError({
    code,
    message: `${message}; ${folder.finished().length} finished records are kept in ${folder.path}`,
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    remedy,
    cause: error,
  });
}

async function record(
  options: RunOptions,
  plan: readonly BoardPlan[],
  folder: RunFolder,
): Promise<FinishedRun> {
  const { signal, onEvent } = options;
  const before = firstHeader(options, plan, basename(folder.path), new Date());
  const save = (header: RunHeader) => folder.writeJson(HEADER_FILE, header as unknown as Json);
  save(before);
  if (options.campaign !== undefined) keepCampaign(folder, options.campaign, null);
  if (options.selfTest !== undefined) keepSelfTest(folder, options.selfTest);
  const { resume } = options;
  const remainder = resume === undefined ? { taken: [], left: plan } : remainderOf(resume, plan);
  if (resume !== undefined) takeOver(resume.path, remainder.taken, folder);
  options.before?.(folder.path);
  onEvent({ type: 'planned', scenarios: before.planned - remainder.taken.length });
  const results = await execute(options, remainder, folder.path);
  const opened = [...results.map(({ board }) => board), ...(resume?.header.boards ?? [])];
  const made = [...remainder.taken, ...results.flatMap(({ records }) => records)];
  const header: RunHeader = {
    ...before,
    state: 'ended',
    endedAt: new Date().toISOString(),
    interrupted: signal.aborted,
    boards: before.boards.map((board) => openedBoard(board, opened)),
    verdictDigest: verdictDigest(made),
  };
  save(header);
  const run = readRun(folder.path);
  const report = reportOf(run, options.standards);
  const reports = await renderReports(report, options.formats, folder.path, onEvent);
  sealRun(folder, header.id, header.verdictDigest);
  return { runDir: folder.path, header, records: run.records, reports };
}

/**
 * Runs the selected scenarios, keeps their records, writes the reports and seals the folder. Throws UsageError for a
 * selection that fits nothing, and for a run to go on with whose boards were built otherwise, before a folder is made, and BenchError where the disk does not take what is recorded.
 */
export async function runSelected(options: RunOptions): Promise<FinishedRun> {
  const { bench, attacks, selection, seed, out } = options;
  const { resume } = options;
  demandSameBoards(bench, resume?.header.boards ?? [], resume?.path ?? '');
  const plan = makePlan(bench, attacks, selection, seed, options.cuts);
  const folder = RunFolder.create(out, seed, new Date());
  try {
    return await record(options, plan, folder);
  } catch (error) {
    throw withKept(error, folder);
  }
}
