import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '#core/errors.ts';
import { printable } from '#engine/printable.ts';

/** Larger than any flash of the boards concerned, Intel HEX of it included; more is a mistake or an attack. */
export const LARGEST_IMAGE = 64 * 1024 * 1024;
/** No key file is nearly as long. */
export const LARGEST_KEY = 64 * 1024;

/** Name of a file as people read it. */
export function shownName(path: string): string {
  return printable(basename(path), 60);
}

/** A file's bytes. UsageError when it cannot be read, is no file, or holds more than `most` bytes. */
export function readBytes(path: string, most: number): Uint8Array {
  try {
    return readWhole(path, most);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError({
      code: 'file-unreadable',
      message: `${printable(path)} cannot be read`,
      got: cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause),
      remedy: 'check the path and its permissions',
      cause,
    });
  }
}

function readWhole(path: string, most: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) throw refused('file-kind', path, 'a regular file', 'something else');
    if (size > most) throw refused('file-too-large', path, `at most ${most} bytes`, `${size} bytes`);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let got = 1; got > 0 && at < size; at += got) got = readSync(file, bytes, at, size - at, at);
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

function refused(code: string, path: string, expected: string, got: string): UsageError {
  return new UsageError({
    code,
    message: `${printable(path)} is not taken`,
    expected,
    got,
    remedy: 'name the file of an image, of a key, or of a flash dump',
  });
}
