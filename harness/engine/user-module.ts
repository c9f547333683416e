import { pathToFileURL } from 'node:url';
import { importTypeScript } from '#engine/import-typescript.ts';

/** Imports a file of a user's: TypeScript through a loader, JavaScript as it is. */
export function importUser(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  return /\.m?ts$/.test(path) ? importTypeScript(url) : import(url);
}

/** A `.ts` outside an ES module package is read as CommonJS, which cannot load everything. */
export function remedyFor(path: string): string {
  const fix = 'fix what is named above';
  return path.endsWith('.ts') ? `${fix}, or name the file *.mts so that it is read as an ES module` : fix;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** An export by name. A file outside any ES module package is read as CommonJS: its exports may hang on `default`. */
export function exportIn(module: unknown, name: string): unknown {
  return member(module, name) ?? member(member(module, 'default'), name);
}
