import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';
import { onDisk } from '#engine/disk-error.ts';
import { filesBelow } from '#engine/read-run.ts';
import type { RunFolder } from '#engine/run-folder.ts';

/** File of the run folder that fixes all others. */
export const SEAL_FILE = 'seal.json';

/** What seal.json holds: one canonical line, of which no byte can change unseen. */
export interface Seal {
  readonly schema: 'assay-seal-1';
  readonly run: string;
  readonly verdictDigest: string | null;
  /** SHA-256 of every other file, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the canonical form of all other members. */
  readonly digest: string;
}

/** SHA-256 of every file of a run but the seal, by path. */
export function digestFiles(run: string): Readonly<Record<string, string>> {
  const files = filesBelow(run, '.').filter((file) => file !== SEAL_FILE);
  return Object.fromEntries(
    files.map((file) => [file, hash('sha256', readFileSync(join(run, file)), 'hex')]),
  );
}

/** Seals a finished run: from now on `verify` finds every change. Throws BenchError where the disk does not take it. */
export function sealRun(folder: RunFolder, run: string, verdictDigest: string | null): Seal {
  const files = onDisk(folder.path, () => digestFiles(folder.path));
  const body = { schema: 'assay-seal-1', run, verdictDigest, files } as const;
  const seal: Seal = { ...body, digest: digestOf(body) };
  folder.writeJson(SEAL_FILE, seal as unknown as Json);
  return seal;
}

function isSeal(value: unknown): value is Seal {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, run, files, digest } = value as Partial<Seal>;
  return (
    schema === 'assay-seal-1' &&
    typeof run === 'string' &&
    typeof digest === 'string' &&
    typeof files === 'object' &&
    files !== null &&
    Object.values(files).every((sha256) => typeof sha256 === 'string')
  );
}

/** Reads a seal; null where it is not byte for byte what `sealRun` writes. */
export function parseSeal(text: string): Seal | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isSeal(value) || `${canonical(value as unknown as Json)}\n` !== text) return null;
    const { digest, ...body } = value;
    return digestOf(body) === digest ? value : null;
  } catch {
    return null;
  }
}
