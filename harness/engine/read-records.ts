import type { Evidence } from '#core/evidence.ts';
import type { RecordSummary } from '#core/record.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { readChain } from '#engine/read-chain.ts';
import { summarize } from '#engine/summarize.ts';

/** A record that is not whole: how many of its entries are, and what is wrong with the next. */
export interface DamagedRecord {
  readonly file: string;
  readonly entry: number;
  readonly what: string;
}

/** A record's chain, and its summary or what is wrong with it. */
export type ReadRecord =
  | { readonly entries: readonly Evidence[]; readonly summary: RecordSummary }
  | { readonly entries: readonly Evidence[]; readonly summary: null; readonly damage: DamagedRecord };

/** Records of sound boards and of such with flaws, and those that are not whole. */
export interface ReadRecords {
  readonly records: readonly RecordSummary[];
  readonly damaged: readonly DamagedRecord[];
}

/** Chains of records, finished or not. */
export function chainNames({ names }: Pick<RunFiles, 'names'>): readonly string[] {
  return names.filter((name) => /^records\/.*\.jsonl$/.test(name));
}

/** Reads the chain of one record after the other, and holds none of them. */
export function* eachRecord(files: RunFiles): Generator<ReadRecord> {
  for (const file of chainNames(files)) {
    const { entries, problem } = readChain(files.read(file));
    const summary = problem === null ? summarize(entries, file) : null;
    const unfinished = { entry: entries.length, what: 'is missing: the scenario did not end' };
    if (summary !== null) yield { entries, summary };
    else yield { entries, summary, damage: { file, ...(problem ?? unfinished) } };
  }
}

/** What all records say by themselves. */
export function readRecords(files: RunFiles): ReadRecords {
  const records: RecordSummary[] = [];
  const damaged: DamagedRecord[] = [];
  for (const read of eachRecord(files)) {
    if (read.summary === null) damaged.push(read.damage);
    else records.push(read.summary);
  }
  return { records, damaged };
}
