import { dirname } from 'node:path';
import { UsageError } from '#core/errors.ts';
import { readRun } from '#engine/read-run.ts';
import type { SelfTestOptions } from '#engine/run-selftest.ts';
import { readUnfinishedSelfTest } from '#engine/selftest-plan.ts';
import { verifyRun } from '#engine/verify.ts';
import type { Option, Values } from './command.ts';
import { cutEffort } from './cut-options.ts';
import { seedOption, selectionOf, textOption } from './options.ts';
import { refuseSettled } from './resume-option.ts';

/** The option that goes on with an interrupted self-test. */
export const SELFTEST_RESUME = {
  type: 'string',
  value: 'DIR',
  help: 'go on with an interrupted self-test: its bench, selection and seed; what it has done is taken over',
} as const satisfies Option;

/** The option that takes the verdicts on sound boards from a run. */
export const SELFTEST_SOUND = {
  type: 'string',
  value: 'RUN',
  help: 'take what a sealed run said of the same sound boards: its bench, seed and effort; flawed builds alone are run',
} as const satisfies Option;

/** Seed of a self-test that was not told one. */
const SEED = 1;

/** What a self-test is to do, and the values with which it is set up. */
type Wanted = Pick<SelfTestOptions, 'selection' | 'seed' | 'cuts' | 'from'> & { readonly values: Values };

/** What the values ask for. Throws UsageError where they say what the folder they name has settled. */
export function selfTestWanted(values: Values): Wanted {
  const resume = textOption(values, 'resume');
  const sound = textOption(values, 'sound');
  if (resume !== undefined) return resumed(values, resume);
  if (sound !== undefined) return afterRun(values, sound);
  return { values, selection: selection(values), seed: seedOption(values, SEED), cuts: cutEffort(values) };
}

function selection(values: Values): Wanted['selection'] {
  const { boards = [], families = [] } = selectionOf(values);
  return { boards, families };
}

function resumed(values: Values, folder: string): Wanted {
  refuseSettled(values, 'resume', ['sound', 'board', 'family', 'seed', 'exhaustive', 'tears']);
  const { path, plan, records } = readUnfinishedSelfTest(folder);
  const { benchReference, seed, cuts, boards } = plan;
  const from = { path, records, boards };
  const defaults = { bench: benchReference, out: dirname(path) };
  return { values: { ...defaults, ...values }, selection: plan.selection, seed, cuts, from };
}

function afterRun(values: Values, folder: string): Wanted {
  refuseSettled(values, 'sound', ['seed', 'exhaustive', 'tears']);
  demandWhole(folder);
  const { path, header, records } = readRun(folder);
  const { benchReference, seed, cuts, boards } = header;
  const from = { path, records, boards };
  return {
    values: { bench: benchReference, ...values },
    selection: selection(values),
    seed,
    cuts,
    from,
  };
}

function demandWhole(folder: string): void {
  const { state, runDir } = verifyRun(folder);
  if (state === 'intact') return;
  throw new UsageError({
    code: 'sound-run-altered',
    message: `${runDir} cannot be relied on`,
    expected: 'a run that is sealed, and intact',
    got: state,
    remedy: 'see `assay verify`; begin a self-test of its own without --sound',
  });
}
