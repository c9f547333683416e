import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportFormat } from '#core/record.ts';
import { defineBench, type Bench, type BoardEntry } from '#core/rig.ts';
import { inThisThread } from '#engine/executor.ts';
import { runSelected, type FinishedRun, type RunOptions } from '#engine/run.ts';
import { tinyBoard } from '#engine/tiny-board.fixture.ts';
import { tinyAttacks } from '#engine/tiny-suite.fixture.ts';

/** A report format that writes the verdict. */
const verdictFormat: ReportFormat = {
  id: 'verdict',
  fileName: 'report.txt',
  render: (report) => Promise.resolve(new TextEncoder().encode(report.verdict)),
};

/** A bench with tiny boards. */
export function tinyBench(entry: BoardEntry = tinyBoard()): Bench {
  return defineBench({ id: 'tiny', title: 'Tiny bench', boards: [entry] });
}

/** Runs the tiny suite into a folder. */
export function runTiny(out: string, more: Partial<RunOptions> = {}): Promise<FinishedRun> {
  const bench = more.bench ?? tinyBench();
  return runSelected({
    bench,
    benchReference: 'tiny',
    attacks: tinyAttacks,
    selection: {},
    seed: 7,
    out,
    formats: [verdictFormat],
    standards: [],
    executor: inThisThread(bench, tinyAttacks),
    signal: new AbortController().signal,
    onEvent: () => undefined,
    ...more,
  });
}

/** A folder for one test, removed after it; call within a describe. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}
