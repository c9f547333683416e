import { existsSync, statSync } from 'node:fs';
import { openBundle, type Bundle } from '#engine/bundle/read-bundle.ts';
import { folderFiles } from '#engine/bundle/run-files.ts';
import { onDisk } from '#engine/disk-error.ts';
import { runPath } from '#engine/read-run.ts';

/** Opens a run where it lies, folder or bundle. Throws UsageError `run-unreadable` where there is none. */
export function openRun(path: string): Bundle {
  return onDisk(path, () => {
    if (existsSync(path) && statSync(path).isFile()) return openBundle(path);
    return { files: folderFiles(runPath(path)), offsets: new Map(), mismatches: [] };
  });
}
