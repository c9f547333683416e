import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isAssayError, UsageError } from '#core/errors.ts';
import type { Bench } from '#core/rig.ts';
import { benchNames, modulePath } from '#engine/discovery.ts';
import { suggest } from '#engine/nearest.ts';
import { exportIn, importUser, remedyFor } from '#engine/user-module.ts';

function looksLikePath(reference: string): boolean {
  return /[\\/]/.test(reference) || isAbsolute(reference) || /\.[cm]?[jt]s$/.test(reference);
}

/** File that a reference (a name under boards/benches/, or a path) stands for. */
function benchFile(reference: string): string {
  if (!looksLikePath(reference)) {
    const names = benchNames();
    if (names.includes(reference)) return modulePath(`boards/benches/${reference}`);
    throw new UsageError({
      code: 'bench-unknown',
      message: `no bench is called ${reference}`,
      remedy: `${suggest(reference, names)}; or give the path of a bench file`,
    });
  }
  const path = resolve(reference);
  if (existsSync(path)) return path;
  throw new UsageError({
    code: 'bench-missing',
    message: `there is no bench file ${path}`,
    remedy: `check the path, or choose a bench by name: ${benchNames().join(', ')}`,
  });
}

/** Where the wear of a bench's boards is counted: beside its file. */
export function wearFile(reference: string): string {
  return benchFile(reference).replace(/\.[cm]?[jt]s$/, '.wear.json');
}

function isBench(value: unknown): value is Bench {
  return typeof exportIn(value, 'id') === 'string' && Array.isArray(exportIn(value, 'boards'));
}

/**
 * Loads a bench by name or path. Throws UsageError `bench-unknown`, `bench-missing`, `bench-broken` (it cannot be
 * loaded) or `bench-export` (it has no export `bench` made by `defineBench`).
 */
export async function loadBench(reference: string): Promise<Bench> {
  const path = benchFile(reference);
  // The project's own run as the project does; a user's TypeScript needs a loader.
  const ours = !looksLikePath(reference);
  const loading: Promise<unknown> = ours ? import(pathToFileURL(path).href) : importUser(path);
  const module = await loading.catch((cause: unknown) => {
    throw new UsageError({
      code: 'bench-broken',
      message: `the bench file ${path} cannot be loaded`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: isAssayError(cause) ? cause.remedy : remedyFor(path),
      cause,
    });
  });
  const bench = exportIn(module, 'bench');
  if (isBench(bench)) return bench;
  throw new UsageError({
    code: 'bench-export',
    message: `${path} is no bench file`,
    expected: 'an export `bench`, made by defineBench',
    got: bench === undefined ? 'no such export' : 'something else under that name',
    remedy: 'write `export const bench = defineBench({ id, title, boards: [...] })`',
  });
}
