import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verdictDigest } from '#core/assemble.ts';
import { canonical, type Json } from '#core/canonical.ts';
import { onDisk } from '#engine/disk-error.ts';
import { readRun, runPath, type RunContents } from '#engine/read-run.ts';
import { HEADER_FILE } from '#engine/run-header.ts';
import { digestFiles, parseSeal, SEAL_FILE, type Seal } from '#engine/seal.ts';

/** Something in a run folder that is not as it was when the run was sealed. */
export interface Mismatch {
  /** Path in the run folder. */
  readonly file: string;
  /** Number of the evidence entry, where one is known. */
  readonly entry?: number;
  readonly what: string;
}

export interface Verification {
  readonly runDir: string;
  /** `unsealed`: the run did not end, or its seal was taken away; there is nothing to compare with. */
  readonly state: 'intact' | 'altered' | 'unsealed';
  readonly mismatches: readonly Mismatch[];
  readonly files: number;
  readonly records: number;
  readonly entries: number;
  readonly verdictDigest: string | null;
}

/** What a seal can show and what it cannot. */
export const SCOPE =
  'This shows integrity, not authorship: nothing changed since the run was sealed. Who sealed it, a digest cannot tell.';

function compareFiles(run: string, seal: Seal): Mismatch[] {
  const found = digestFiles(run);
  const names = [...new Set([...Object.keys(seal.files), ...Object.keys(found)])].sort();
  return names.flatMap((file) => {
    const [sealed, now] = [seal.files[file], found[file]];
    if (sealed === now) return [];
    if (now === undefined) return [{ file, what: 'is missing' }];
    return [{ file, what: sealed === undefined ? 'was added after the run was sealed' : 'was altered' }];
  });
}

/** Each record's chain and, where it ended, that its summary says what its evidence says. */
function checkRecords({ path, records, damaged }: RunContents): Mismatch[] {
  const summaries = records.flatMap((record) => {
    const file = record.evidence.file.replace(/\.jsonl$/, '.json');
    const at = join(path, file);
    if (!existsSync(at)) return [{ file, what: 'is missing' }];
    const says = readFileSync(at, 'utf8') === `${canonical(record as unknown as Json)}\n`;
    return says ? [] : [{ file, what: 'does not say what its evidence says' }];
  });
  return [...damaged.map(({ file, entry, what }) => ({ file, entry, what })), ...summaries];
}

/** Says something only of whole records: a damaged one is named already, and gives no verdict. */
function checkVerdicts({ header, records, damaged }: RunContents, seal: Seal): Mismatch[] {
  if (damaged.length > 0) return [];
  const digest = verdictDigest(records);
  const wrong = (file: string) => ({ file, what: 'states another verdict digest than the records give' });
  return [
    ...(header.verdictDigest === digest ? [] : [wrong(HEADER_FILE)]),
    ...(seal.verdictDigest === digest ? [] : [wrong(SEAL_FILE)]),
  ];
}

/** One mismatch a file: an altered file is named with its entry where the record's chain tells which. */
function merged(files: readonly Mismatch[], records: readonly Mismatch[]): readonly Mismatch[] {
  const entries = new Map(records.map((mismatch) => [mismatch.file, mismatch]));
  const detailed = files.map((mismatch) => {
    const entry = entries.get(mismatch.file)?.entry;
    return entry === undefined ? mismatch : { ...mismatch, entry };
  });
  return [...detailed, ...records.filter(({ file }) => !files.some((other) => other.file === file))];
}

function sealProblem({ path }: RunContents): Mismatch[] {
  return existsSync(join(path, SEAL_FILE)) ? [{ file: SEAL_FILE, what: 'was altered' }] : [];
}

function check(run: RunContents, seal: Seal | null): readonly Mismatch[] {
  const records = checkRecords(run);
  if (seal === null) return [...sealProblem(run), ...records];
  return merged([...compareFiles(run.path, seal)], [...records, ...checkVerdicts(run, seal)]);
}

/** An altered header is a finding, not a reason to look no further. */
function unreadable(path: string, seal: Seal | null, error: unknown): Verification {
  if (seal === null) throw error;
  const mismatches = compareFiles(path, seal);
  const files = Object.keys(seal.files).length;
  const { verdictDigest: digest } = seal;
  return { runDir: path, state: 'altered', mismatches, files, records: 0, entries: 0, verdictDigest: digest };
}

/**
 * Compares a run folder with its seal, every record with its chain of hashes, every summary with its evidence, and the
 * verdict digest with the verdicts. Throws UsageError where the folder holds no run.
 */
export function verifyRun(folder: string): Verification {
  const path = runPath(folder);
  return onDisk(path, () => {
    const sealPath = join(path, SEAL_FILE);
    const seal = existsSync(sealPath) ? parseSeal(readFileSync(sealPath, 'utf8')) : null;
    let run: RunContents;
    try {
      run = readRun(path);
    } catch (error) {
      return unreadable(path, seal, error);
    }
    const mismatches = check(run, seal);
    const sealed = seal !== null || sealProblem(run).length > 0;
    const whole = mismatches.length === 0 ? 'intact' : 'altered';
    return {
      runDir: path,
      state: sealed ? whole : 'unsealed',
      mismatches,
      files: seal === null ? 0 : Object.keys(seal.files).length,
      records: run.records.length,
      entries: Object.values(run.evidence).reduce((sum, chain) => sum + chain.length, 0),
      verdictDigest: seal?.verdictDigest ?? null,
    };
  });
}
