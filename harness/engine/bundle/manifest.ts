import { canonical, type Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';
import { isFileSeal, sealOf } from '#engine/bundle/file-seal.ts';
import { AFTER_SEAL, BUNDLE_FILE } from '#engine/bundle/names.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import type { FileSeals } from '#engine/seal.ts';

/** What bundle.json holds: the files that the seal cannot hold, so that a bundle tells of every byte where it was. */
export interface BundleManifest {
  readonly schema: 'assay-bundle-1';
  readonly run: string;
  readonly files: FileSeals;
  /** SHA-256 of the canonical form of all other members. */
  readonly digest: string;
}

/** Those of the files after the seal that a run has, in the order they stand in a bundle; without the manifest itself. */
export function looseNames(files: Pick<RunFiles, 'has'>): readonly string[] {
  return AFTER_SEAL.filter((name) => name !== BUNDLE_FILE && files.has(name));
}

/** The manifest of a run's loose files as bundle.json holds it: one canonical line. */
export function manifestText(run: string, files: Pick<RunFiles, 'has' | 'chunks'>): string {
  const seals = looseNames(files).map((name) => [name, sealOf(files.chunks(name))] as const);
  const body = { schema: 'assay-bundle-1', run, files: Object.fromEntries(seals) } as const;
  return `${canonical({ ...body, digest: digestOf(body as unknown as Json) } as unknown as Json)}\n`;
}

function isManifest(value: unknown): value is BundleManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, run, files, digest } = value as Partial<BundleManifest>;
  if (schema !== 'assay-bundle-1' || typeof run !== 'string' || typeof digest !== 'string') return false;
  if (typeof files !== 'object' || files === null) return false;
  return Object.entries(files).every(
    ([name, seal]) => AFTER_SEAL.includes(name) && name !== BUNDLE_FILE && isFileSeal(seal),
  );
}

/** Reads a manifest; null where it is not byte for byte what a bundle has. */
export function parseManifest(text: string): BundleManifest | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isManifest(value) || `${canonical(value as unknown as Json)}\n` !== text) return null;
    const { digest, ...body } = value;
    return digestOf(body as unknown as Json) === digest ? value : null;
  } catch {
    return null;
  }
}
