import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import type { Bench } from '#core/rig.ts';
import { citationOf, type SelfTest, type SelfTestCitation } from '#core/selftest.ts';
import type { RunFolder } from '#engine/run-folder.ts';

/** File of a folder that holds a self-test, or a copy of the one that a run cites. */
export const SELFTEST_FILE = 'selftest.json';

const LARGEST = 4 << 20;

/** A self-test that was read and found whole, with what a report says of it. */
export interface LoadedSelfTest {
  readonly selfTest: SelfTest;
  readonly citation: SelfTestCitation;
}

/** Writes a self-test with its digest into a folder. */
export function writeSelfTest(folder: RunFolder, selfTest: SelfTest): LoadedSelfTest {
  const digest = digestOf(selfTest as unknown as Json);
  folder.writeJson(SELFTEST_FILE, { ...selfTest, digest } as unknown as Json);
  return { selfTest, citation: citationOf(selfTest, digest) };
}

/** Keeps a copy of the self-test that a run cites in the run's folder, where the seal covers it. */
export function keepSelfTest(folder: RunFolder, { selfTest }: LoadedSelfTest): void {
  writeSelfTest(folder, selfTest);
}

/**
 * Reads a self-test, by its file or its folder. Throws UsageError where there is none, where it was changed, and where it
 * is of another bench than the one that is to cite it.
 */
export function loadSelfTest(path: string, bench: Bench): LoadedSelfTest {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, SELFTEST_FILE) : path;
  const selfTest = readSelfTest(file);
  if (selfTest.bench.id !== bench.id) {
    throw new UsageError({
      code: 'selftest-other-bench',
      message: `the self-test ${selfTest.id} is of another bench`,
      expected: bench.id,
      got: selfTest.bench.id,
      remedy: `make one of this bench: assay selftest --bench ${bench.id}`,
    });
  }
  return { selfTest, citation: citationOf(selfTest, digestOf(selfTest as unknown as Json)) };
}

function readSelfTest(file: string): SelfTest {
  const { digest, ...selfTest } = parsed(file);
  if (digest === digestOf(selfTest as unknown as Json) && isSelfTest(selfTest)) return selfTest;
  throw unreadable(file, 'something that was changed since, or is no self-test');
}

function parsed(file: string): Partial<SelfTest> & { readonly digest?: unknown } {
  try {
    if (statSync(file).size > LARGEST) throw new RangeError(`more than ${LARGEST} bytes`);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause));
  }
  throw unreadable(file, 'no object');
}

function isSelfTest(value: Partial<SelfTest>): value is SelfTest {
  const { schema, bench, boards, flaws, falseAlarms, id, endedAt } = value;
  return (
    schema === 'assay-selftest-1' &&
    typeof bench?.id === 'string' &&
    [id, endedAt].every((text) => typeof text === 'string') &&
    [boards, flaws, falseAlarms].every((list) => Array.isArray(list))
  );
}

function unreadable(file: string, got: string): UsageError {
  return new UsageError({
    code: 'selftest-unreadable',
    message: `${file} is no self-test that can be cited`,
    expected: 'a folder or a selftest.json that `assay selftest` wrote',
    got,
    remedy: 'give the folder that `assay selftest` printed, or make a new one',
  });
}
