import { dirname } from 'node:path';
import type { CutEffort } from '#core/attack.ts';
import { UsageError } from '#core/errors.ts';
import type { Selection } from '#engine/plan.ts';
import type { RunContents } from '#engine/read-run.ts';
import { readUnfinished } from '#engine/resume.ts';
import type { Option, Values } from './command.ts';
import { textOption } from './options.ts';

/** The option of commands that go on with an interrupted run. */
export const RESUME = {
  type: 'string',
  value: 'RUN',
  help: 'go on with an interrupted run: its bench, selection and seed; what it has done is taken over',
} as const satisfies Option;

/** What an interrupted run was to do, and so cannot be said again. */
const FIXED = ['board', 'family', 'scenario', 'seed', 'exhaustive', 'tears'];

/** UsageError `<option>-selection` where the values also say what the folder that an option names has settled. */
export function refuseSettled(values: Values, option: string, settled: readonly string[]): void {
  const said = settled.filter((name) => values[name] !== undefined);
  if (said.length === 0) return;
  throw new UsageError({
    code: `${option}-selection`,
    message: `--${option} says what there is to do: ${said.map((name) => `--${name}`).join(', ')} cannot be given`,
    remedy: `leave them out, or begin anew without --${option}`,
  });
}

/** An interrupted run, and the values that go on with it. */
export interface ResumedRun {
  readonly run: RunContents;
  readonly values: Values;
  readonly selection: Selection;
  readonly seed: number;
  readonly cuts: CutEffort | undefined;
}

/** The run to go on with; undefined where none was named. Throws UsageError `resume-selection`. */
export function resumedRun(values: Values): ResumedRun | undefined {
  const folder = textOption(values, 'resume');
  if (folder === undefined) return undefined;
  refuseSettled(values, 'resume', FIXED);
  const { run, selection } = readUnfinished(folder);
  const { benchReference, seed, cuts } = run.header;
  const defaults = { bench: benchReference, out: dirname(run.path) };
  return { run, selection, seed, cuts, values: { ...defaults, ...values } };
}
