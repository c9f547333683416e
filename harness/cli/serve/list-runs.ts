import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAssayError } from '#core/errors.ts';
import type { ListedRun } from '#core/run-list.ts';
import { combine, VERDICTS, type Verdict } from '#core/verdict.ts';
import { folderFiles, type RunFiles } from '#engine/bundle/run-files.ts';
import { readHeader } from '#engine/read-run.ts';
import type { RunHeader } from '#engine/run-header.ts';

/** Files beside the records that a browser may ask for. */
const SHOWN = /^(?:report\.[a-z]+|[a-z-]+\.(?:xml|md|json|jsonl|sarif))$/;

function verdictsOf(files: RunFiles): readonly Verdict[] {
  const summaries = files.names.filter((name) => name.startsWith('records/') && name.endsWith('.json'));
  return summaries.flatMap((name) => {
    const { verdict } = JSON.parse(Buffer.from(files.read(name)).toString()) as {
      readonly verdict?: unknown;
    };
    return VERDICTS.filter((known) => known === verdict);
  });
}

function stateOf({ state, interrupted }: RunHeader): ListedRun['state'] {
  if (state === 'running') return 'running';
  return interrupted ? 'interrupted' : 'ended';
}

/** Files of a run that are shown beside its records, report first. */
export function shownFiles(run: string): readonly string[] {
  const files = readdirSync(run, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name).filter((name) => SHOWN.test(name));
  return names.toSorted((a, b) => Number(b.startsWith('report.')) - Number(a.startsWith('report.')));
}

function listed(folder: string, name: string): ListedRun {
  const run = join(folder, name);
  const files = folderFiles(run);
  const header = readHeader(files);
  const verdicts = verdictsOf(files);
  const totals = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, verdicts.filter((one) => one === verdict).length]),
  ) as Record<Verdict, number>;
  return {
    name,
    title: header.title,
    bench: header.bench.title,
    startedAt: header.startedAt,
    seed: header.seed,
    verdict: verdicts.length === 0 ? null : combine(verdicts),
    totals,
    state: stateOf(header),
    files: shownFiles(run),
  };
}

/** The runs in a folder, newest first; what is no run, or cannot be read as one, is left out. */
export function listRuns(folder: string): readonly ListedRun[] {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const runs = folders
    .filter(({ name }) => existsSync(join(folder, name, 'run.json')))
    .flatMap(({ name }) => {
      try {
        return [listed(folder, name)];
      } catch (error) {
        if (isAssayError(error) || error instanceof SyntaxError) return [];
        throw error;
      }
    });
  return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}
