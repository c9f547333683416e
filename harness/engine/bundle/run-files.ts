import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, sep } from 'node:path';
import { BenchError, UsageError } from '#core/errors.ts';

/** Bytes read at once. */
const PIECE = 1024 * 1024;

/** Larger than any file that is looked into: what is longer is hashed, and never held in memory. */
const LARGEST_READ = 256 * 1024 * 1024;

/** The files of a run, wherever they are: in its folder, or in a bundle. Names have forward slashes. */
export interface RunFiles {
  /** Absolute path of the folder or the bundle. */
  readonly path: string;
  /** Sorted. */
  readonly names: readonly string[];
  /** What is there and is no file, as a link: what it leads to is not of the run. */
  readonly odd: readonly string[];
  has(name: string): boolean;
  /** The file from its beginning, in pieces that are valid until the next one is asked for. */
  chunks(name: string): Iterable<Uint8Array>;
  /** The whole file. Throws UsageError `file-too-large`. */
  read(name: string): Uint8Array;
}

/** A file, or a part of it, in pieces. Throws what the file system says, and BenchError where it ends too early. */
export function* piecesOf(path: string, from = 0, to = Number.POSITIVE_INFINITY): Iterable<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const end = Math.min(to, fstatSync(file).size);
    const buffer = new Uint8Array(Math.min(PIECE, Math.max(0, end - from)));
    for (let at = from; at < end;) {
      const got = readSync(file, buffer, 0, Math.min(buffer.length, end - at), at);
      if (got === 0) throw shrunk(path);
      yield buffer.subarray(0, got);
      at += got;
    }
  } finally {
    closeSync(file);
  }
}

function shrunk(path: string): BenchError {
  return new BenchError({
    code: 'file-shrank',
    message: 'a file became shorter while it was read',
    got: path,
    remedy: 'let nothing write to the run while it is read',
  });
}

/** All pieces as one. Throws UsageError `file-too-large`. */
export function whole(name: string, pieces: Iterable<Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    size += piece.length;
    if (size > LARGEST_READ) throw tooLarge(name);
    parts.push(Uint8Array.from(piece));
  }
  return parts.length === 1 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts);
}

function tooLarge(name: string): UsageError {
  return new UsageError({
    code: 'file-too-large',
    message: `${JSON.stringify(name)} is too large to be looked into`,
    expected: `at most ${LARGEST_READ} bytes`,
    remedy: 'no file that assay writes and reads again is nearly as long',
  });
}

/** What is below a folder of a run and is no folder, as paths in the run folder with forward slashes, sorted. */
export function filesBelow(run: string): readonly string[] {
  return readdirSync(run, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(run.length + 1)
        .replaceAll(sep, '/'),
    )
    .sort();
}

/** The files of a run folder. */
export function folderFiles(path: string): RunFiles {
  const found = filesBelow(path);
  const names = found.filter((name) => lstatSync(join(path, name)).isFile());
  const known = new Set(names);
  const chunks = (name: string) => piecesOf(join(path, name));
  return {
    path,
    names,
    odd: found.filter((name) => !known.has(name)),
    has: (name) => known.has(name),
    chunks,
    read: (name) => whole(name, chunks(name)),
  };
}
