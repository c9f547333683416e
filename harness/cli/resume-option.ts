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
  const said = FIXED.filter((name) => values[name] !== undefined);
  if (said.length > 0) {
    throw new UsageError({
      code: 'resume-selection',
      message: `--resume goes on with what the run was to do: ${said.map((name) => `--${name}`).join(', ')} cannot be given`,
      remedy: 'leave them out, or begin a new run',
    });
  }
  const { run, selection } = readUnfinished(folder);
  const { benchReference, seed, cuts } = run.header;
  const defaults = { bench: benchReference, out: dirname(run.path) };
  return { run, selection, seed, cuts, values: { ...defaults, ...values } };
}
