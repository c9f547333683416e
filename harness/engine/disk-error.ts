import { BenchError, isAssayError, type AssayError } from '#core/errors.ts';

interface Trouble {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

const FULL: Trouble = {
  code: 'run-folder-full',
  what: 'there is no room left for the run folder',
  remedy: 'free disk space (or lift the file size limit or quota), or choose another folder with --out',
};

const FORBIDDEN: Trouble = {
  code: 'run-folder-read-only',
  what: 'the run folder cannot be written',
  remedy: 'choose a folder you may write to with --out',
};

const OTHER: Trouble = {
  code: 'run-folder-unusable',
  what: 'the run folder cannot be used',
  remedy: 'choose another folder with --out',
};

const BY_CODE: Readonly<Record<string, Trouble>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: FORBIDDEN,
};

/** An error of the file system as a BenchError that names the path and what to try; AssayErrors stay as they are. */
export function diskError(cause: unknown, path: string): AssayError {
  if (isAssayError(cause)) return cause;
  const system = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const { code, what, remedy } = BY_CODE[system] ?? OTHER;
  return new BenchError({
    code,
    message: what,
    got: `${system} at ${path}`,
    remedy,
    cause,
  });
}

/** Does file work; what the file system objects to becomes a BenchError. */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error, path);
  }
}
