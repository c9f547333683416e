type Import = (url: string, parent: string) => Promise<unknown>;

let loader: Promise<Import> | null = null;

async function startLoader(): Promise<Import> {
  const { register } = await import('tsx/esm/api');
  const scoped = register({ namespace: 'assay-bench', tsconfig: false });
  return (url, parent) => scoped.import(url, parent);
}

/** Imports a TypeScript file of a user's, and what it imports, in a Node that cannot read TypeScript itself. */
export async function importTypeScript(url: string): Promise<unknown> {
  loader ??= startLoader();
  return (await loader)(url, import.meta.url);
}
