import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CutEffort } from '#core/attack.ts';
import type { Json } from '#core/canonical.ts';
import { UsageError } from '#core/errors.ts';
import type { BoardSummary, RecordSummary, RunReport } from '#core/record.ts';
import { folderFiles } from '#engine/bundle/run-files.ts';
import { onDisk } from '#engine/disk-error.ts';
import type { Selection } from '#engine/plan.ts';
import { readRecords } from '#engine/read-records.ts';
import type { RunFolder } from '#engine/run-folder.ts';

/** File of a self-test's folder that says what it is to do; there from its beginning. */
const FILE = 'selftest-plan.json';

/** What a self-test is to do, and whether it has done it. */
export interface SelfTestPlan {
  readonly schema: 'assay-selftest-plan-1';
  readonly tool: RunReport['tool'];
  readonly state: 'running' | 'interrupted' | 'ended';
  /** Bench as it was named. */
  readonly benchReference: string;
  readonly selection: Pick<Selection, 'boards' | 'families'>;
  readonly seed: number;
  readonly cuts?: CutEffort;
  readonly boards: readonly BoardSummary[];
  /** The interrupted self-test, or the run, whose records this one took over. */
  readonly from?: string;
}

/** Says in a self-test's folder what it is to do. */
export function writePlan(folder: RunFolder, plan: SelfTestPlan): void {
  folder.writeJson(FILE, plan as unknown as Json);
}

/** A self-test that did not come to its end. */
export interface UnfinishedSelfTest {
  /** Absolute. */
  readonly path: string;
  readonly plan: SelfTestPlan;
  readonly records: readonly RecordSummary[];
}

/** Reads a self-test that was interrupted or killed. Throws UsageError `selftest-ended` and `selftest-no-plan`. */
export function readUnfinishedSelfTest(folder: string): UnfinishedSelfTest {
  const path = resolve(folder);
  const plan = planIn(path);
  if (plan.state !== 'ended')
    return { path, plan, records: onDisk(path, () => readRecords(folderFiles(path)).records) };
  throw new UsageError({
    code: 'selftest-ended',
    message: `${path} ran to its end`,
    remedy: 'begin a new self-test',
  });
}

function planIn(path: string): SelfTestPlan {
  const file = join(path, FILE);
  try {
    if (!existsSync(file)) throw new RangeError(`no ${FILE}`);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isPlan(value)) return value;
    throw new RangeError(`a ${FILE} of another form`);
  } catch (cause) {
    throw new UsageError({
      code: 'selftest-no-plan',
      message: `${path} is no self-test that can be gone on with`,
      expected: `a folder with a ${FILE}`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'give the folder that `assay selftest` wrote to, or begin a new one',
    });
  }
}

function isPlan(value: unknown): value is SelfTestPlan {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, benchReference, seed, selection, boards } = value as Partial<SelfTestPlan>;
  return (
    schema === 'assay-selftest-plan-1' &&
    typeof benchReference === 'string' &&
    typeof seed === 'number' &&
    typeof selection === 'object' &&
    Array.isArray(boards)
  );
}
