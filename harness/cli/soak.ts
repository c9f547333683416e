import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Json } from '#core/canonical.ts';
import { explain, UsageError } from '#core/errors.ts';
import { runSoak, type Soak, type SoakState } from '#engine/benchmarks/measure/soak-run.ts';
import { exportOf, modulesIn } from '#engine/discovery.ts';
import { suggest } from '#engine/nearest.ts';
import { RunFolder } from '#engine/run-folder.ts';
import type { Values } from './command.ts';
import { seedOption, textOption, wholeOption } from './options.ts';
import { readSoakState } from './soak-state.ts';

const FOLDER = 'harness/engine/benchmarks/soaks';
const CASES = 100_000;
const MOST_CASES = 1_000_000_000;
const OPTIONS = { cases: { type: 'string' }, seed: { type: 'string' }, state: { type: 'string' } } as const;

function argumentsOf(args: readonly string[]): {
  readonly values: Values;
  readonly name: string | undefined;
} {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (positionals.length < 2) return { values, name: positionals[0] };
  } catch (cause) {
    throw wrongUsage(cause instanceof Error ? cause.message : String(cause), cause);
  }
  throw wrongUsage('one soak at a time');
}

function wrongUsage(message: string, cause?: unknown): UsageError {
  return new UsageError({
    code: 'option-unknown',
    message,
    expected: 'npm run soak -- <name> [--cases N] [--seed N] [--state FILE]',
    remedy: 'try: npm run soak -- ble',
    cause,
  });
}

async function load(name: string | undefined): Promise<Soak> {
  const names = modulesIn(FOLDER).map((place) => basename(place));
  if (name !== undefined && names.includes(name))
    return (await exportOf(`${FOLDER}/${name}`, 'soak')) as Soak;
  throw new UsageError({
    code: 'soak-unknown',
    message: name === undefined ? 'no soak was named' : `there is no soak ${name}`,
    remedy: suggest(name ?? '', names),
  });
}

/** Where a soak begins: at its state file where there is one, else at its first case. */
function beginning(soak: Soak, file: string, values: Values): SoakState {
  if (!existsSync(file)) {
    const seed = seedOption(values, 'random');
    return { soak: soak.name, set: '', seed, next: 0, alarms: [], leftovers: [] };
  }
  const state = readSoakState(file);
  const asked = textOption(values, 'seed');
  if (state.soak === soak.name && (asked === undefined || Number(asked) === state.seed)) return state;
  throw new UsageError({
    code: 'soak-other',
    message: `${file} is of the soak ${state.soak} with seed ${state.seed}`,
    remedy: 'name another --state, or leave out --seed to go on with this one',
  });
}

async function main(args: readonly string[]): Promise<number> {
  const { values, name } = argumentsOf(args);
  const soak = await load(name);
  const count = wholeOption(values, 'cases', 1, MOST_CASES) ?? CASES;
  // Ignored by git, as run folders are.
  const file = resolve(textOption(values, 'state') ?? `reports/runs/soak-${soak.name}.json`);
  const folder = RunFolder.reopen(dirname(file));
  const from = beginning(soak, file, values);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  say(`soak ${soak.name}, seed ${from.seed}, cases ${from.next} to ${count}, state in ${file}`);
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const keep = (state: SoakState) => folder.writeJson(basename(file), state as unknown as Json);
  const { signal } = stopping;
  const end = await runSoak(soak, from, count, { signal, now: () => performance.now(), say, keep });
  for (const left of end.leftovers) say(left);
  say(`${end.next} cases, ${end.alarms.length} alarms, ${end.leftovers.length} leftovers`);
  if (end.alarms.length > 0 || end.leftovers.length > 0) return 1;
  if (end.next >= count) return 0;
  say('interrupted; the same command goes on from here');
  return 130;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 64 : 2;
}
