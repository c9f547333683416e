import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { UsageError } from '#core/errors.ts';
import type { Selection } from '#engine/plan.ts';
import type { Option, Values } from './command.ts';

/** Largest seed; generators take 32 bits. */
const MAX_SEED = 0xffff_ffff;

/** Most threads that `--jobs` may ask for. */
const MAX_JOBS = 64;

/** Options that several commands share. */
export const COMMON = {
  bench: { type: 'string', value: 'NAME', help: 'bench to use: a name (see `assay list benches`) or a file' },
  board: { type: 'string', multiple: true, value: 'ID', help: 'only these boards' },
  family: { type: 'string', multiple: true, value: 'NAME', help: 'only these attack families' },
  scenario: {
    type: 'string',
    multiple: true,
    value: 'ID',
    help: 'only these scenarios: id, attack id, or glob such as `*/trailing-*`',
  },
  seed: { type: 'string', value: 'N', help: 'seed of everything random, 0 to 4294967295' },
  out: { type: 'string', value: 'DIR', help: 'folder that gets the run folder (default reports/runs)' },
  format: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'report formats (see `assay list formats`; default all)',
  },
  jobs: {
    type: 'string',
    value: 'N',
    help: 'boards to run at once, virtual benches only (default: cores, at most 4)',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The option of commands that write a report for a file. */
export const CAMPAIGN = {
  type: 'string',
  value: 'FILE',
  help: 'campaign file: who tested what, for whom, with what (docs/campaign.md)',
} as const satisfies Option;

/** The option of commands whose report says what the rig was known to catch. */
export const SELFTEST = {
  type: 'string',
  value: 'DIR',
  help: 'rig self-test to cite: what `assay selftest` wrote of the same bench',
} as const satisfies Option;

/** One value of a string option. */
export function textOption(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of an option that may be repeated; each may hold several, separated by commas. */
export function listOption(values: Values, name: string): readonly string[] {
  const value = values[name];
  const given = Array.isArray(value) ? (value as readonly (string | boolean)[]) : [];
  return given.flatMap((one) => String(one).split(',')).filter((one) => one !== '');
}

/** All values of an option that names files: commas are theirs. */
export function filesOption(values: Values, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? (value as readonly (string | boolean)[]).map(String) : [];
}

function wholeNumber(text: string, name: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError({
    code: `${name}-invalid`,
    message: `--${name} ${text} is no ${name}`,
    expected: `a whole number from ${least} to ${most}`,
    got: text,
    remedy: `give --${name} ${Math.max(least, 7)}`,
  });
}

/** A whole number within bounds; undefined where the option was not given. Throws UsageError `<name>-invalid`. */
export function wholeOption(values: Values, name: string, least: number, most: number): number | undefined {
  const text = textOption(values, name);
  return text === undefined ? undefined : wholeNumber(text, name, least, most);
}

/** The seed asked for, or a random one. */
export function seedOption(values: Values, fallback: number | 'random'): number {
  const text = textOption(values, 'seed');
  if (text !== undefined) return wholeNumber(text, 'seed', 0, MAX_SEED);
  return fallback === 'random' ? randomInt(MAX_SEED) : fallback;
}

/** How many threads to use. */
export function jobsOption(values: Values): number {
  const text = textOption(values, 'jobs');
  return text === undefined ? Math.min(4, availableParallelism()) : wholeNumber(text, 'jobs', 1, MAX_JOBS);
}

/** What was selected. */
export function selectionOf(values: Values): Selection {
  return {
    boards: listOption(values, 'board'),
    families: listOption(values, 'family'),
    scenarios: listOption(values, 'scenario'),
  };
}
