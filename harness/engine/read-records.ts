import type { RecordSummary } from '#core/record.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { readChain } from '#engine/read-chain.ts';
import type { RunContents } from '#engine/read-run.ts';
import { summarize } from '#engine/summarize.ts';

/** Records of sound boards and of such with flaws, and those that are not whole. */
export interface ReadRecords extends Pick<RunContents, 'damaged'> {
  readonly records: readonly RecordSummary[];
}

/** Reads the chain of every record, and holds none of them. */
export function readRecords(files: RunFiles): ReadRecords {
  const records: RecordSummary[] = [];
  const damaged: RunContents['damaged'][number][] = [];
  for (const file of files.names.filter((name) => /^records\/.*\.jsonl$/.test(name))) {
    const { entries, problem } = readChain(files.read(file));
    const summary = problem === null ? summarize(entries, file) : null;
    const unfinished = { entry: entries.length, what: 'is missing: the scenario did not end' };
    if (summary === null) damaged.push({ file, ...(problem ?? unfinished) });
    else records.push(summary);
  }
  return { records, damaged };
}
