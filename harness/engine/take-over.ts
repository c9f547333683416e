import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import type { RecordSummary } from '#core/record.ts';
import { findingFolder, findingIds } from '#core/told-findings.ts';
import { onDisk } from '#engine/disk-error.ts';
import { readChain } from '#engine/read-chain.ts';
import type { RunFolder } from '#engine/run-folder.ts';

/** Copies records of the run in `path` into the folder of a new one, with everything they refer to. */
export function takeOver(path: string, taken: readonly RecordSummary[], folder: RunFolder): void {
  const copy = (file: string) => folder.write(file, readFileSync(join(path, file)));
  onDisk(path, () => {
    for (const record of taken) {
      for (const file of filesOf(path, record)) copy(file);
      folder.writeJson(record.evidence.file.replace(/l$/, ''), record as unknown as Json);
      for (const finding of findingsOf(path, record)) {
        cpSync(join(path, finding), join(folder.path, finding), { recursive: true });
      }
    }
    if (taken.length === 0 || !existsSync(join(path, 'files'))) return;
    for (const name of readdirSync(join(path, 'files'))) copy(`files/${name}`);
  });
}

/** The evidence of a record, the log beside it where one was kept, and its sequence of cuts where it has one. */
function filesOf(path: string, { evidence: { file } }: RecordSummary): readonly string[] {
  const place = file.replace(/\.jsonl$/, '');
  const beside = [`${place}.console.ndjson`, `${place.replace(/^records/, 'cuts')}.json`];
  return [file, ...beside.filter((name) => existsSync(join(path, name)))];
}

/** Folders of a record's findings. */
function findingsOf(path: string, { verdict, evidence: { file } }: RecordSummary): readonly string[] {
  if (verdict !== 'fail' || !existsSync(join(path, 'findings'))) return [];
  const { entries } = readChain(readFileSync(join(path, file)));
  const folders = findingIds(entries).map((id) => findingFolder(file, id));
  return folders.filter((name) => existsSync(join(path, name)));
}
