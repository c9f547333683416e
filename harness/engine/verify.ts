import { verdictDigest } from '#core/assemble.ts';
import { canonical, type Json } from '#core/canonical.ts';
import { compareLoose, compareRun, compareSeal, compareSealed } from '#engine/bundle/compare.ts';
import type { Mismatch } from '#engine/bundle/mismatch.ts';
import { SEAL_FILE } from '#engine/bundle/names.ts';
import { openRun } from '#engine/bundle/open-run.ts';
import type { Bundle } from '#engine/bundle/read-bundle.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { onDisk } from '#engine/disk-error.ts';
import { type ReadRecords, readRecords } from '#engine/read-records.ts';
import { readFiles, type RunContents } from '#engine/read-run.ts';
import { HEADER_FILE } from '#engine/run-header.ts';
import { parseSeal, type Seal } from '#engine/seal.ts';
import { checkSelfTest, SELFTEST_FILE } from '#engine/selftest-file.ts';
import { checkSignature, type Authorship } from '#engine/signing/check-signature.ts';
import type { PublicKey } from '#engine/signing/keys.ts';

export interface Verification {
  /** Absolute path of the folder or bundle. */
  readonly runDir: string;
  /** `unsealed`: the run did not end, or its seal was taken away; there is nothing to compare with. */
  readonly state: 'intact' | 'altered' | 'unsealed';
  readonly authorship: Authorship;
  readonly mismatches: readonly Mismatch[];
  readonly files: number;
  readonly records: number;
  readonly entries: number;
  readonly verdictDigest: string | null;
  /** Merkle root over all sealed files; null where there is no seal. */
  readonly root: string | null;
}

/** Each record's chain and, where it ended, that its summary says what its evidence says. */
function checkRecords(files: RunFiles, { records, damaged }: ReadRecords): Mismatch[] {
  const summaries = records.flatMap((record) => {
    const file = record.evidence.file.replace(/\.jsonl$/, '.json');
    if (!files.has(file)) return [{ file, what: 'is missing' }];
    const text = Buffer.from(files.read(file)).toString();
    const says = text === `${canonical(record as unknown as Json)}\n`;
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

/** Each file once: what was said first of it says most. */
function once(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  const seen = new Set<string>();
  return mismatches.filter(({ file }) => !seen.has(file) && seen.add(file));
}

function check(files: RunFiles, run: RunContents, seal: Seal | null): readonly Mismatch[] {
  const records = checkRecords(files, run);
  const { id } = run.header;
  if (seal === null) {
    return once([
      ...compareLoose(files, id),
      ...compareSeal(files, run.header.verdictDigest, id),
      ...records,
    ]);
  }
  const compared = [...compareLoose(files, seal.run), ...compareSealed(files, seal.files)];
  return merged(once(compared), [...records, ...checkVerdicts(run, seal), ...compareRun(seal, id)]);
}

/** An altered header is a finding, not a reason to look no further; a self-test has none. */
function checkWithoutRun(files: RunFiles, seal: Seal | null, broken: Broken): readonly Mismatch[] {
  if (seal === null) throw broken.error;
  const compared = once([...compareLoose(files, seal.run), ...compareSealed(files, seal.files)]);
  if (files.has(HEADER_FILE)) return compared;
  return merged(compared, [...checkRecords(files, broken), ...checkSelfTest(files, broken.records)]);
}

/** A folder without the header of a run, or with one that cannot be read; a self-test has records all the same. */
interface Broken extends ReadRecords {
  readonly error: unknown;
}

function readable(files: RunFiles): RunContents | Broken {
  try {
    return readFiles(files);
  } catch (error) {
    const isSelfTest = !files.has(HEADER_FILE) && files.has(SELFTEST_FILE);
    return { error, ...(isSelfTest ? readRecords(files) : { records: [], damaged: [] }) };
  }
}

/** Places in the bundle, for what is in one. */
function inBundle(mismatch: Mismatch, offsets: Bundle['offsets']): Mismatch {
  const data = offsets.get(mismatch.file);
  if (data === undefined || mismatch.place === undefined) return mismatch;
  return { ...mismatch, at: data + mismatch.place.from };
}

function entriesIn({ records, damaged }: ReadRecords): number {
  const whole = records.reduce((sum, { evidence }) => sum + evidence.entries, 0);
  return damaged.reduce((sum, { entry }) => sum + entry, whole);
}

function verify({ files, offsets, mismatches: frames }: Bundle, keys: readonly PublicKey[]): Verification {
  const seal = files.has(SEAL_FILE) ? parseSeal(Buffer.from(files.read(SEAL_FILE)).toString()) : null;
  const run = readable(files);
  const content = 'error' in run ? checkWithoutRun(files, seal, run) : check(files, run, seal);
  const { authorship, mismatches: unsigned } = checkSignature(files, keys);
  const found = [...content, ...unsigned.filter(({ file }) => !content.some((other) => other.file === file))];
  const mismatches = [...frames, ...found.map((mismatch) => inBundle(mismatch, offsets))];
  const whole = mismatches.length === 0 ? 'intact' : 'altered';
  return {
    runDir: files.path,
    state: files.has(SEAL_FILE) || frames.length > 0 ? whole : 'unsealed',
    authorship,
    mismatches,
    files: seal === null ? 0 : Object.keys(seal.files).length,
    records: run.records.length,
    entries: entriesIn(run),
    verdictDigest: seal?.verdictDigest ?? null,
    root: seal?.root ?? null,
  };
}

/**
 * Compares a run or a self-test, in its folder or in a bundle, with its seal, every record with its chain of hashes, every summary with
 * its evidence, the verdict digest with the verdicts, and the signature with the seal and the keys given. Throws
 * UsageError where there is no run.
 */
export function verifyRun(path: string, keys: readonly PublicKey[] = []): Verification {
  const bundle = openRun(path);
  return onDisk(path, () => verify(bundle, keys));
}
