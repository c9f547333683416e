import { fork } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InternalError } from '#core/errors.ts';
import type { Standard } from '#core/record.ts';
import type { ReportCost } from '#engine/benchmarks/measure/render-report.ts';
import { discoverAttacks, discoverStandards } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { runSelected } from '#engine/run.ts';
import { HEADER_FILE } from '#engine/run-header.ts';

const SIZES = [1_000, 10_000] as const;
const MIB = 1024 * 1024;
/** Between two looks at the memory of a browser. */
const LOOK_MS = 100;
/** A module is run as this one is: as TypeScript, or as what the build made of it. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** A run of real verdicts with their evidence, to be multiplied. */
async function someRun(folder: string, standards: readonly Standard[]): Promise<RunContents> {
  const bench = await loadBench('virtual');
  const attacks = await discoverAttacks();
  await using executor = inThisThread(bench, attacks);
  const { runDir } = await runSelected({
    bench,
    benchReference: 'virtual',
    attacks,
    selection: { boards: [], families: ['control', 'rollback', 'downgrade'], scenarios: [] },
    seed: 7,
    out: folder,
    formats: [],
    standards,
    executor,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  return readRun(runDir);
}

/** A run folder with so many records: those of a real run again and again. */
function multiplied(run: RunContents, count: number, folder: string): string {
  const target = join(folder, `times-${count}`);
  for (let index = 0; index < count; index++) {
    const record = run.records[index % run.records.length];
    if (record === undefined) break;
    const copy = record.evidence.file.replace(/\.jsonl$/, `.${Math.floor(index / run.records.length)}.jsonl`);
    mkdirSync(dirname(join(target, copy)), { recursive: true });
    copyFileSync(join(run.path, record.evidence.file), join(target, copy));
  }
  copyFileSync(join(run.path, HEADER_FILE), join(target, HEADER_FILE));
  return target;
}

/** Bytes of memory of all that a process started; what they share is counted once. Only where the kernel tells. */
function bytesOfChildren(pid: number): number {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
    return children.reduce((sum, child) => sum + proportionalBytes(child) + bytesOfChildren(child), 0);
  } catch {
    // It ended while it was looked at.
    return 0;
  }
}

/** proc_pid_smaps(5): memory of a process, of what it shares its part. */
function proportionalBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Makes a report in a process of its own, as `assay report` does; with the most memory that a browser took beside it. */
async function renderApart(run: string, format: string): Promise<ReportCost & { readonly browser: number }> {
  const child = fork(new URL(`./measure/render-report.${EXTENSION}`, import.meta.url), [run, format]);
  let browser = 0;
  const timer = setInterval(() => {
    browser = Math.max(browser, bytesOfChildren(child.pid ?? 0));
  }, LOOK_MS);
  try {
    const cost = await new Promise<ReportCost>((resolve, reject) => {
      child.once('message', (message) => resolve(message as ReportCost));
      child.once('exit', (code) => reject(ended(format, code)));
    });
    return { ...cost, browser };
  } finally {
    clearInterval(timer);
  }
}

function ended(format: string, code: number | null): InternalError {
  return new InternalError({
    code: 'benchmark-render',
    message: `the process that made the ${format} report ended (${code ?? 'killed'}) before it was made`,
    remedy: 'look at what it wrote above',
  });
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}

/** HTML and PDF of 1,000 and 10,000 verdicts: seconds, memory, and whether time grows with the verdicts alone. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const seconds = new Map<string, number>();
  try {
    const run = await someRun(folder, await discoverStandards());
    const folders = SIZES.map((size) => [size, multiplied(run, size, folder)] as const);
    for (const format of ['html', 'pdf']) {
      for (const [size, path] of folders) {
        const cost = await renderApart(path, format);
        if (cost.bytes === null) {
          say(`${format}: not made: ${cost.skipped}`);
          continue;
        }
        seconds.set(`${format} ${size}`, cost.seconds);
        say(
          `${format}: ${size} verdicts with their evidence in ${cost.seconds.toFixed(2)} s, ${mib(cost.bytes)} ` +
            `(evidence read and checked before in ${cost.readSeconds.toFixed(2)} s); ` +
            `peak memory ${mib(cost.memory)}, browser ${mib(cost.browser)}`,
        );
      }
      const [small, large] = SIZES.map((size) => seconds.get(`${format} ${size}`));
      if (small !== undefined && large !== undefined) {
        say(`${format}: ten times the verdicts took ${(large / small).toFixed(1)} times as long`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`report ${Math.round(SIZES[1] / (seconds.get(`html ${SIZES[1]}`) ?? Number.NaN))} verdicts/s`);
}
