import { printable } from '#engine/printable.ts';
import { UsageError, isAssayError } from '#core/errors.ts';
import { LARGEST_KEY, readBytes, shownName } from './read-file.ts';

/** A key file: its name, and text that is never shown. */
export interface KeyFile {
  readonly path: string;
  readonly name: string;
  readonly pem: string;
}

/** Reads a PEM file. UsageError when it cannot be read or is no PEM; no message holds a byte of it. */
export function readKey(path: string): KeyFile {
  const pem = Buffer.from(readBytes(path, LARGEST_KEY)).toString('latin1');
  if (!pem.includes('-----BEGIN ')) throw noKey(path);
  return { path, name: shownName(path), pem };
}

/** Makes something of a key file; an error that is no AssayError (and might quote it) becomes one that does not. */
export function withKey<T>(file: KeyFile, use: (pem: string) => T): T {
  try {
    return use(file.pem);
  } catch (error) {
    if (isAssayError(error)) throw error;
    throw noKey(file.path);
  }
}

function noKey(path: string): UsageError {
  return new UsageError({
    code: 'key-unusable',
    message: `${printable(path)} holds no key that can be used here`,
    expected: 'PEM (PKCS#8, SEC1, PKCS#1, or a public key) without passphrase',
    remedy: 'make one with `openssl genpkey`, `imgtool keygen` or `espsecure generate-signing-key`',
  });
}
