import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isAssayError, UsageError } from '#core/errors.ts';
import type { Bench } from '#core/rig.ts';
import { benchNames, modulePath } from '#engine/discovery.ts';
import { importTypeScript } from '#engine/import-typescript.ts';
import { suggest } from '#engine/nearest.ts';

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

/** Imports a bench: the project's own as it runs itself, a user's TypeScript through a loader. */
function importAny(path: string, ours: boolean): Promise<unknown> {
  const url = pathToFileURL(path).href;
  return /\.m?ts$/.test(path) && !ours ? importTypeScript(url) : import(url);
}

/** A `.ts` outside an ES module package is read as CommonJS, which cannot load everything. */
function remedyFor(path: string): string {
  const fix = 'fix what is named above';
  return path.endsWith('.ts') ? `${fix}, or name the file *.mts so that it is read as an ES module` : fix;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function isBench(value: unknown): value is Bench {
  return typeof member(value, 'id') === 'string' && Array.isArray(member(value, 'boards'));
}

/**
 * Loads a bench by name or path. Throws UsageError `bench-unknown`, `bench-missing`, `bench-broken` (it cannot be
 * loaded) or `bench-export` (it has no export `bench` made by `defineBench`).
 */
export async function loadBench(reference: string): Promise<Bench> {
  const path = benchFile(reference);
  const module = await importAny(path, !looksLikePath(reference)).catch((cause: unknown) => {
    throw new UsageError({
      code: 'bench-broken',
      message: `the bench file ${path} cannot be loaded`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: isAssayError(cause) ? cause.remedy : remedyFor(path),
      cause,
    });
  });
  // A file outside any ES module package is read as CommonJS: its exports may hang on `default`.
  const bench = member(module, 'bench') ?? member(member(module, 'default'), 'bench');
  if (isBench(bench)) return bench;
  throw new UsageError({
    code: 'bench-export',
    message: `${path} is no bench file`,
    expected: 'an export `bench`, made by defineBench',
    got: bench === undefined ? 'no such export' : 'something else under that name',
    remedy: 'write `export const bench = defineBench({ id, title, boards: [...] })`',
  });
}
