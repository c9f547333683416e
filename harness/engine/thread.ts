import { Worker } from 'node:worker_threads';

/** A thread does not inherit the loader that lets this one run TypeScript sources: it registers its own. */
const BOOTSTRAP = `
const { loader, entry } = require('node:worker_threads').workerData;
import(loader).then(() => import(entry));
`;

/** Starts a thread at a module of this folder, named without its ending, from sources or as built. */
export function startThread(name: string, workerData: object): Worker {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, here), { workerData });
  const entry = new URL(`./${name}.ts`, here).href;
  const loader = new URL('./thread-loader.mjs', here).href;
  return new Worker(BOOTSTRAP, { eval: true, workerData: { ...workerData, loader, entry } });
}
