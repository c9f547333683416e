import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BenchError, UsageError } from '#core/errors.ts';
import { printable } from '#engine/printable.ts';

/**
 * Writes a file whole or not at all. Without `force` nothing that is there is replaced (UsageError `out-exists`), not
 * even what somebody puts there meanwhile.
 */
export function writeNew(path: string, bytes: Uint8Array, force: boolean): void {
  if (!force && existsSync(path)) throw taken(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    if (force) renameSync(temporary, path);
    else linkSync(temporary, path);
  } catch (cause) {
    const system = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (system === 'EEXIST') throw taken(path);
    throw new BenchError({
      code: 'out-unwritable',
      message: `${printable(path)} cannot be written`,
      got: system,
      remedy: 'choose another file',
      cause,
    });
  } finally {
    rmSync(temporary, { force: true });
  }
}

function taken(path: string): UsageError {
  return new UsageError({
    code: 'out-exists',
    message: `${printable(path)} is there already`,
    remedy: 'choose another file, or replace it with --force',
  });
}
