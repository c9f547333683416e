import { Worker } from 'node:worker_threads';

/** A thread does not inherit the loader that lets this one run TypeScript sources: it registers its own. */
const BOOTSTRAP = `
const { loader, entry } = require('node:worker_threads').workerData;
import(loader).then(({ register }) => { register(); return import(entry); });
`;

/** Starts a thread at a module of this folder, named without its ending, from sources or as built. */
export function startThread(name: string, workerData: object): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData });
  const entry = new URL(`./${name}.ts`, import.meta.url).href;
  const loader = import.meta.resolve('tsx/esm/api');
  return new Worker(BOOTSTRAP, { eval: true, workerData: { ...workerData, loader, entry } });
}
