import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from '#core/errors.ts';
import type { RunReport } from '#core/record.ts';

/** Folder of the package that this file was installed with. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const up = dirname(folder);
    if (up === folder) {
      throw new InternalError({
        code: 'package-missing',
        message: 'no package.json above the engine',
        remedy: 'reinstall assay',
      });
    }
    folder = up;
  }
  return folder;
}

/** Assay's own version, from package.json. */
export function version(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** What produced a run, for its header and report. */
export function tool(): RunReport['tool'] {
  return {
    name: 'assay',
    version: version(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}
