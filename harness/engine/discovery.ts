import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Attack } from '#core/attack.ts';
import { InternalError } from '#core/errors.ts';
import type { ReportFormat, Standard } from '#core/record.ts';
import type { RunListPage } from '#core/run-list.ts';

/** Modules are found as they are run: TypeScript sources through a loader, or what the build made of them. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Folder above harness/, suites/, boards/ and reports/: the repository, or its dist. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function isModule(name: string): boolean {
  return name.endsWith(EXTENSION) && !name.endsWith('.d.ts') && !/\.(test|spec)\.[tj]s$/.test(name);
}

/** Path of a module by its place under the root, without extension. */
export function modulePath(place: string): string {
  return join(ROOT, `${place}${EXTENSION}`);
}

/** Places (see `modulePath`) of the modules in a folder, in name order. */
export function modulesIn(folder: string): readonly string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter(isModule)
    .map((name) => `${folder}/${basename(name, EXTENSION)}`)
    .sort();
}

/** One export of a module found by folder. Throws InternalError where the module cannot be loaded or lacks it. */
export async function exportOf(place: string, name: string): Promise<unknown> {
  const path = modulePath(place);
  const module = (await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw new InternalError({
      code: 'module-broken',
      message: `${place}${EXTENSION} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'look at the cause; if the file is yours, fix it, else reinstall assay',
      cause,
    });
  })) as Readonly<Record<string, unknown>>;
  if (module[name] !== undefined) return module[name];
  throw new InternalError({
    code: 'export-missing',
    message: `${place}${EXTENSION} does not export ${name}`,
    remedy: `export const ${name} from it: modules in this folder are found by that name`,
  });
}

async function loadAll(places: readonly string[], name: string): Promise<readonly unknown[]> {
  return Promise.all(places.map((place) => exportOf(place, name)));
}

/** Every attack under suites/, by folder name; a folder without attack file holds no attack. */
export async function discoverAttacks(): Promise<readonly Attack[]> {
  const suites = join(ROOT, 'suites');
  const places = readdirSync(suites, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `suites/${entry.name}/attack`)
    .filter((place) => existsSync(modulePath(place)))
    .sort();
  return ((await loadAll(places, 'attacks')) as readonly (readonly Attack[])[]).flat();
}

/** Every standard under reports/standards/. */
export async function discoverStandards(): Promise<readonly Standard[]> {
  return (await loadAll(modulesIn('reports/standards'), 'standard')) as readonly Standard[];
}

/** Every report format under reports/formats/. */
export async function discoverFormats(): Promise<readonly ReportFormat[]> {
  return (await loadAll(modulesIn('reports/formats'), 'format')) as readonly ReportFormat[];
}

/** The page that lists runs. */
export async function runListPage(): Promise<RunListPage> {
  return (await exportOf('reports/formats/html/run-list', 'page')) as RunListPage;
}

/** Names of the benches under boards/benches/. */
export function benchNames(): readonly string[] {
  return modulesIn('boards/benches').map((place) => basename(place));
}
