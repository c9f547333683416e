import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import type { RecordSummary } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import { citationOf, type SelfTest, type SelfTestCitation } from '#core/selftest.ts';
import type { Mismatch } from '#engine/bundle/mismatch.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
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
  try {
    if (statSync(file).size > LARGEST) throw new RangeError(`more than ${LARGEST} bytes`);
    return parseSelfTest(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause));
  }
}

/** A self-test out of its file. Throws where it was changed, and where it is none. */
export function parseSelfTest(text: string): SelfTest {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object');
  const { digest, ...selfTest } = value as Partial<SelfTest> & { readonly digest?: unknown };
  if (digest === digestOf(selfTest as unknown as Json) && isSelfTest(selfTest)) return selfTest;
  throw new TypeError('something that was changed since, or is no self-test');
}

/** Whether a self-test in a folder says what the records that it names say. */
export function checkSelfTest(files: RunFiles, records: readonly RecordSummary[]): readonly Mismatch[] {
  if (!files.has(SELFTEST_FILE)) return [];
  try {
    const { flaws } = parseSelfTest(Buffer.from(files.read(SELFTEST_FILE)).toString());
    const heads = new Map(records.map(({ evidence }) => [evidence.file, evidence.head]));
    const named = flaws.flatMap(({ shown }) => shown).filter(({ file }) => file !== null);
    const wrong = named.find(({ file, head }) => heads.get(file ?? '') !== head);
    if (wrong === undefined) return [];
    return [{ file: SELFTEST_FILE, what: `names evidence that is not there: ${wrong.file}` }];
  } catch {
    return [{ file: SELFTEST_FILE, what: 'was altered' }];
  }
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
