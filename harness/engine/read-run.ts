import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CampaignRecord } from '#core/campaign.ts';
import { UsageError } from '#core/errors.ts';
import type { Chains } from '#core/evidence.ts';
import type { RecordSummary } from '#core/record.ts';
import { Telling, type Told } from '#core/told.ts';
import { drawnRecords, MANY, speaksForItself } from '#core/volume.ts';
import { folderFiles, type RunFiles } from '#engine/bundle/run-files.ts';
import { readCampaign } from '#engine/campaign-file.ts';
import { onDisk } from '#engine/disk-error.ts';
import { readChain, wholeChain } from '#engine/read-chain.ts';
import { chainNames, type DamagedRecord, eachRecord } from '#engine/read-records.ts';
import { HEADER_FILE, type RunHeader } from '#engine/run-header.ts';

/** What a run folder holds, as far as it can be read. */
export interface RunContents {
  /** Absolute. */
  readonly path: string;
  readonly header: RunHeader;
  /** What a person stated of the run; null where nobody did. */
  readonly campaign: CampaignRecord | null;
  /** Finished records, in the order they ran. */
  readonly records: readonly RecordSummary[];
  /** Chain of each record, finished or not. */
  readonly evidence: Chains;
  /** What those chains tell beside the summaries. */
  readonly told: Told;
  /** Records that are not whole, with what is wrong. */
  readonly damaged: readonly DamagedRecord[];
}

function notARun(path: string, got: string): UsageError {
  return new UsageError({
    code: 'run-unreadable',
    message: `${path} is not a run folder that can be read`,
    expected: `a folder with a ${HEADER_FILE} that assay wrote`,
    got,
    remedy: 'give the folder that `assay run` printed as its run folder',
  });
}

function isHeader(value: unknown): value is RunHeader {
  const has = (name: string, type: string) =>
    typeof (value as Readonly<Record<string, unknown>>)[name] === type;
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === 'assay-run-1' &&
    ['id', 'state', 'startedAt', 'benchReference'].every((name) => has(name, 'string')) &&
    has('seed', 'number') &&
    'boards' in value &&
    Array.isArray(value.boards) &&
    'attacks' in value &&
    Array.isArray(value.attacks)
  );
}

/** Absolute path of a run folder. Throws UsageError where there is none. */
export function runPath(folder: string): string {
  const path = resolve(folder);
  if ([HEADER_FILE, 'seal.json'].some((file) => existsSync(join(path, file)))) return path;
  throw notARun(
    path,
    existsSync(path) && statSync(path).isDirectory() ? `no ${HEADER_FILE}` : 'no such folder',
  );
}

/** The header of a run. Throws UsageError `run-unreadable`. */
export function readHeader(files: RunFiles): RunHeader {
  if (!files.has(HEADER_FILE)) throw notARun(files.path, `no ${HEADER_FILE}`);
  const text = Buffer.from(files.read(HEADER_FILE)).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (isHeader(value)) return value;
  } catch (cause) {
    throw notARun(files.path, `${HEADER_FILE} is not JSON: ${String(cause)}`);
  }
  throw notARun(files.path, `${HEADER_FILE} is no run header`);
}

function inOrder(records: readonly RecordSummary[], header: RunHeader): readonly RecordSummary[] {
  const boards = header.boards.map((board) => board.id);
  const attacks = header.attacks.map((attack) => attack.id);
  return records.toSorted(
    (a, b) =>
      boards.indexOf(a.board) - boards.indexOf(b.board) ||
      attacks.indexOf(a.attack) - attacks.indexOf(b.attack) ||
      (a.startedAt < b.startedAt ? -1 : Number(a.startedAt > b.startedAt)) ||
      (a.scenario < b.scenario ? -1 : 1),
  );
}

/** Chains that were found whole are not checked once more; of the others there is what can be relied on. */
function chainsIn(files: RunFiles, whole: ReadonlySet<string>): Chains {
  return (file) => {
    if (!files.has(file)) return [];
    const bytes = files.read(file);
    return whole.has(file) ? wholeChain(bytes) : readChain(bytes).entries;
  };
}

function readAll(files: RunFiles): RunContents {
  const header = readHeader(files);
  const records: RecordSummary[] = [];
  const damaged: DamagedRecord[] = [];
  const telling = new Telling();
  const isSmall = chainNames(files).length <= MANY;
  const drawn = new Set<string>();
  for (const read of eachRecord(files)) {
    if (read.summary === null) {
      damaged.push(read.damage);
      continue;
    }
    const { entries, summary } = read;
    const { file } = summary.evidence;
    const timeline = isSmall || !speaksForItself(summary);
    if (timeline) drawn.add(file);
    telling.add(file, entries, { timeline });
    records.push(summary);
  }
  const evidence = chainsIn(files, new Set(records.map((record) => record.evidence.file)));
  // Where damaged records made a run look larger than what is left of it, the timelines left out are told after all.
  const late = drawnRecords(records).filter((record) => !drawn.has(record.evidence.file));
  for (const {
    evidence: { file },
  } of late)
    telling.add(file, evidence(file), { timeline: true });
  const campaign = readCampaign(files);
  return {
    path: files.path,
    header,
    campaign,
    records: inOrder(records, header),
    evidence,
    told: telling.told,
    damaged,
  };
}

/** Reads a run, whole or killed in the middle. Throws UsageError `run-unreadable` where there is no run to read. */
export function readFiles(files: RunFiles): RunContents {
  return onDisk(files.path, () => readAll(files));
}

/** Reads the run in a folder, as `readFiles`. */
export function readRun(folder: string): RunContents {
  const path = runPath(folder);
  return onDisk(path, () => readAll(folderFiles(path)));
}
