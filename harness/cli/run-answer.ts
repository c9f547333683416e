import { relative } from 'node:path';
import type { Json } from '#core/canonical.ts';
import type { RecordSummary } from '#core/record.ts';
import { exitCode, type Verdict } from '#core/verdict.ts';
import { printable } from '#engine/printable.ts';
import type { FinishedRun } from '#engine/run.ts';
import type { Answer } from './command.ts';
import { cutsMade, cutsText } from './cuts-answer.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

const INCONCLUSIVE = 2;

const COUNTED = [
  'pass',
  'fail',
  'inconclusive',
  'error',
  'not-applicable',
] as const satisfies readonly Verdict[];

/** Most scenarios that did not pass to be told one by one. */
const MOST_TOLD = 20;

function count(records: readonly RecordSummary[], verdict: Verdict): number {
  return records.filter((record) => record.verdict === verdict).length;
}

/** The exit code of a run; one that was stopped has shown less than it was asked to. */
export function runExitCode({ header, records }: FinishedRun): number {
  const code = exitCode(records.map((record) => record.verdict));
  return header.interrupted && code === 0 ? INCONCLUSIVE : code;
}

/** A record without what the record file holds at length. */
function scenarioJson(record: RecordSummary): Json {
  const { flaws: _flaws, findings: _findings, coverage: _coverage, path: _path, control, ...rest } = record;
  return { ...rest, evidence: { ...record.evidence }, control: control?.scenario ?? null };
}

/** A run as scripts get it. */
export function runJson(run: FinishedRun): { readonly [key: string]: Json } {
  const { runDir, header, records, reports } = run;
  return {
    runDir,
    seed: header.seed,
    bench: header.bench.id,
    interrupted: header.interrupted,
    planned: header.planned,
    verdictDigest: header.verdictDigest,
    verdicts: {
      pass: count(records, 'pass'),
      fail: count(records, 'fail'),
      inconclusive: count(records, 'inconclusive'),
      notApplicable: count(records, 'not-applicable'),
      error: count(records, 'error'),
    },
    powerCuts: cutsMade(records) as unknown as Json,
    reports: { ...reports },
    scenarios: records.map(scenarioJson),
  };
}

/** Verdicts by board and family, as a table that fits. */
export function verdictTable(records: readonly RecordSummary[], width: number): readonly string[] {
  const groups = [...new Set(records.map(({ board, family }) => `${board}\n${family}`))];
  const rows = groups.map((group) => {
    const [board = '', family = ''] = group.split('\n');
    const mine = records.filter((record) => record.board === board && record.family === family);
    return [board, family].concat(COUNTED.map((verdict) => String(count(mine, verdict))));
  });
  const titles = ['pass', 'fail', 'inc', 'err', 'n/a'];
  return table(
    [
      { title: 'board', least: 5 },
      { title: 'family', least: 5 },
      ...titles.map((title) => ({ title, right: true })),
    ],
    rows,
    width,
  );
}

/** What did not pass, with what was expected and seen. */
function troubles(records: readonly RecordSummary[], terminal: Terminal): readonly string[] {
  const worse = records.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable');
  const told = worse
    .slice(0, MOST_TOLD)
    .flatMap((record) => [
      '',
      `${terminal.paint(record.verdict === 'inconclusive' ? 'yellow' : 'red', record.verdict)} ${record.board} ${record.scenario}`,
      `  rule:     ${printable(record.rule)}`,
      `  expected: ${printable(record.expected)}`,
      `  observed: ${printable(record.observed)}`,
    ]);
  const more = worse.length - MOST_TOLD;
  return more > 0 ? [...told, '', `and ${more} more in the report`] : told;
}

/** A path as people would type it. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** A run as people read it. */
export function runText(run: FinishedRun, terminal: Terminal): string {
  const { header, records, reports, runDir } = run;
  const left = header.planned - records.length;
  return [
    '',
    ...verdictTable(records, terminal.width),
    ...troubles(records, terminal),
    '',
    ...cutsMade(records).map(cutsText),
    ...(header.interrupted ? [`stopped: ${left} of ${header.planned} scenarios were not run`] : []),
    `seed ${header.seed}, verdict digest ${header.verdictDigest ?? ''}`,
    ...Object.entries(reports).map(([format, path]) => `${format}: ${shownPath(path)}`),
    `run folder: ${shownPath(runDir)} (check it with \`assay verify\`)`,
  ].join('\n');
}

/** The answer of a command that ran scenarios. */
export function runAnswer(run: FinishedRun, terminal: Terminal): Answer {
  return { exitCode: runExitCode(run), json: runJson(run), text: runText(run, terminal) };
}
