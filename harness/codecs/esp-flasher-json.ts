import { UsageError } from '#core/errors.ts';

const NAME = /^[\w.+-]{1,64}$/;
/** Anything a file system may read as more than a name: separators of Windows, drives, controls. */
const UNSAFE = /[\\:*?"<>|\p{C}]/u;
const MAX_PATH = 512;

/** Members of an object, `_` in names read as `-` (esptool 4 and 5 differ in that) unless they are to stay as written. */
export function asRecord(
  value: unknown,
  what: string,
  names: 'hyphens' | 'as-written' = 'hyphens',
): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw misfit(what, 'an object', quoted(value));
  }
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => [
    names === 'hyphens' ? hyphens(name) : name,
    member,
  ]);
  return new Map(entries);
}

/** A short word in esptool 5's spelling; null where the member is missing. */
export function textMember(record: ReadonlyMap<string, unknown>, name: string): string | null {
  const value = record.get(name);
  if (value === undefined) return null;
  if (typeof value === 'string' && NAME.test(value)) return hyphens(value);
  throw misfit(name, 'a word', quoted(value));
}

/** A path below the folder of the file that names it; UsageError for one that leads, or could lead, elsewhere. */
export function relativePath(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_PATH && !UNSAFE.test(value)) {
    const steps = value.split('/');
    if (steps.every((step) => step !== '' && step !== '.' && step !== '..' && !/[ .]$/.test(step)))
      return value;
  }
  throw misfit('a file name', 'a relative path with / that stays in the folder', quoted(value));
}

/** A foreign value for an error: short, on one line, printable. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
}

function hyphens(name: string): string {
  return name.replaceAll('_', '-');
}

/** What every fault in the file is reported as. */
export function misfit(what: string, expected: string, got: string): UsageError {
  return new UsageError({
    code: 'esp-flasher-args',
    message: `this is no flasher_args.json that can be used: ${what}`,
    expected,
    got,
    remedy: 'give the file from the build folder of an ESP-IDF project',
  });
}
