import { canonical, type Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import { merkleRoot } from '#core/merkle.ts';
import { isFileSeal, sealOf, type FileSeal } from '#engine/bundle/file-seal.ts';
import { AFTER_SEAL, SEAL_FILE, SIGNATURE_FILE, TIME_STAMP_FILE } from '#engine/bundle/names.ts';
import { folderFiles, type RunFiles } from '#engine/bundle/run-files.ts';
import { onDisk } from '#engine/disk-error.ts';
import type { RunFolder } from '#engine/run-folder.ts';

/** Seals of files by path. */
export type FileSeals = Readonly<Record<string, FileSeal>>;

/** What seal.json holds: one canonical line, of which no byte can change unseen. */
export interface Seal {
  readonly schema: 'assay-seal-2';
  readonly run: string;
  readonly verdictDigest: string | null;
  /** Every file of the run but those that are made after the seal. */
  readonly files: FileSeals;
  /** Merkle tree hash (RFC 9162 2.1.1) over `[path, size, sha256]` of each file as canonical JSON, in the order of paths. */
  readonly root: string;
  /** SHA-256 of the canonical form of all other members. */
  readonly digest: string;
}

/** Seals of the files that a seal is over. */
export function sealedFiles(files: RunFiles): FileSeals {
  const names = files.names.filter((name) => !AFTER_SEAL.includes(name));
  return Object.fromEntries(names.map((name) => [name, sealOf(files.chunks(name))]));
}

function rootOf(files: FileSeals): string {
  const names = Object.keys(files).sort();
  const leaves = names.map((name) => [name, files[name]?.size ?? 0, files[name]?.sha256 ?? '']);
  return merkleRoot(leaves.map((leaf) => new TextEncoder().encode(canonical(leaf))));
}

/** The seal of a run with these files. */
export function makeSeal(run: string, verdictDigest: string | null, files: FileSeals): Seal {
  const body = { schema: 'assay-seal-2', run, verdictDigest, files, root: rootOf(files) } as const;
  return { ...body, digest: digestOf(body as unknown as Json) };
}

/** A seal as its file holds it. */
export function sealText(seal: Seal): string {
  return `${canonical(seal as unknown as Json)}\n`;
}

/** A run that somebody put a name to stays as it is. Throws UsageError `run-signed`. */
export function refuseSigned(run: string): void {
  const { names } = folderFiles(run);
  const kept = names.filter((name) => name === SIGNATURE_FILE || name === TIME_STAMP_FILE);
  if (kept.length === 0) return;
  throw new UsageError({
    code: 'run-signed',
    message: 'the run is signed or time-stamped, and would not be what was signed any more',
    got: `${kept.join(', ')} in ${run}`,
    remedy: 'write elsewhere with --out, or take the signature and the time stamp away first',
  });
}

/**
 * Seals a finished run: from now on `verify` finds every change. Throws BenchError where the disk does not take it, and
 * UsageError where the run is signed.
 */
export function sealRun(folder: RunFolder, run: string, verdictDigest: string | null): Seal {
  return onDisk(folder.path, () => {
    refuseSigned(folder.path);
    const seal = makeSeal(run, verdictDigest, sealedFiles(folderFiles(folder.path)));
    folder.write(SEAL_FILE, sealText(seal));
    return seal;
  });
}

function isSeal(value: unknown): value is Seal {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, run, files, root, digest } = value as Partial<Seal>;
  return (
    schema === 'assay-seal-2' &&
    [run, root, digest].every((text) => typeof text === 'string') &&
    typeof files === 'object' &&
    files !== null &&
    Object.values(files).every(isFileSeal)
  );
}

/** Reads a seal; null where it is not byte for byte what `sealRun` writes. */
export function parseSeal(text: string): Seal | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isSeal(value) || sealText(value) !== text) return null;
    const { digest, ...body } = value;
    return digestOf(body as unknown as Json) === digest && rootOf(value.files) === value.root ? value : null;
  } catch {
    return null;
  }
}
