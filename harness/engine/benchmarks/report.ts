import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InternalError } from '#core/errors.ts';
import type { ReportFormat, Standard } from '#core/record.ts';
import { discoverAttacks, discoverFormats, discoverStandards } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { reportOf } from '#engine/render-reports.ts';
import { runSelected } from '#engine/run.ts';
import { HEADER_FILE } from '#engine/run-header.ts';

const SIZES = [1_000, 10_000] as const;
const MIB = 1024 * 1024;
/** Between two looks at the memory of this process and of those that it started. */
const LOOK_MS = 100;

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

/** Resident bytes of a process and of all that it started; only where the kernel tells. */
function residentBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.reduce((sum, child) => sum + quietly(() => residentBytes(child)), own);
}

/** Processes end while they are looked at. */
function quietly(look: () => number): number {
  try {
    return look();
  } catch {
    return 0;
  }
}

/** Runs some work and gives its result, its seconds, and the most memory that its children took beside this process. */
async function watched<T>(work: () => Promise<T>) {
  let most = 0;
  const look = () => {
    const all = quietly(() => residentBytes(process.pid));
    most = Math.max(most, all - process.memoryUsage.rss());
  };
  const timer = setInterval(look, LOOK_MS);
  const began = performance.now();
  try {
    const result = await work();
    return { result, seconds: (performance.now() - began) / 1000, children: most };
  } finally {
    clearInterval(timer);
  }
}

function needFormat(formats: readonly ReportFormat[], id: string): ReportFormat {
  const found = formats.find((format) => format.id === id);
  if (found !== undefined) return found;
  throw new InternalError({
    code: 'benchmark-format',
    message: `there is no report format ${id}`,
    remedy: 'look at reports/formats',
  });
}

/** HTML and PDF of 1,000 and 10,000 verdicts: seconds, memory, and whether time grows with the verdicts alone. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const standards = await discoverStandards();
  const formats = await discoverFormats();
  const seconds = new Map<string, number>();
  try {
    const run = await someRun(folder, standards);
    const folders = new Map(SIZES.map((size) => [size, multiplied(run, size, folder)] as const));
    for (const id of ['html', 'pdf']) {
      const format = needFormat(formats, id);
      for (const size of SIZES) {
        const contents = readRun(folders.get(size) ?? folder);
        const { result, ...cost } = await watched(() => format.render(reportOf(contents, standards)));
        if (!(result instanceof Uint8Array)) {
          say(`${id}: not made: ${result.skipped}`);
          continue;
        }
        seconds.set(`${id} ${size}`, cost.seconds);
        const memory = process.resourceUsage().maxRSS * 1024;
        say(
          `${id}: ${size} verdicts with their evidence in ${cost.seconds.toFixed(2)} s, ${(result.length / MIB).toFixed(1)} MiB; ` +
            `peak memory so far ${(memory / MIB).toFixed(0)} MiB, browser ${(cost.children / MIB).toFixed(0)} MiB`,
        );
      }
      const [small, large] = SIZES.map((size) => seconds.get(`${id} ${size}`));
      if (small !== undefined && large !== undefined) {
        say(`${id}: ten times the verdicts took ${(large / small).toFixed(1)} times as long`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`report ${Math.round(SIZES[1] / (seconds.get(`html ${SIZES[1]}`) ?? Number.NaN))} verdicts/s`);
}
