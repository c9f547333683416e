import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Context } from 'mocha';
import { skipBecause } from '#contracts/skip.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/firmware/', import.meta.url));

/** Real ESP-IDF builds (pytest-embedded's fixtures) that lie beside a developer's checkout; the repository has none. */
export const REAL_BUILDS = ['esp32-hello-world', 'esp32c3-hello-world'] as const;

/** A file of a real build; where the builds are absent the test is skipped. */
export function realFile(test: Context, build: (typeof REAL_BUILDS)[number], file: string): Uint8Array {
  const path = `${FOLDER}${build}/${file}`;
  if (existsSync(path)) return new Uint8Array(readFileSync(path));
  return skipBecause(test, 'no real builds beside this checkout');
}
