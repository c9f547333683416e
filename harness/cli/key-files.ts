import { X509Certificate } from 'node:crypto';
import { UsageError } from '#core/errors.ts';
import { printable } from '#engine/printable.ts';
import { readPublicKey, type PublicKey } from '#engine/signing/keys.ts';
import { LARGEST_KEY, readBytes } from './image/read-file.ts';

/** Text of a key file; it is shown nowhere. */
export function keyText(path: string): string {
  return Buffer.from(readBytes(path, LARGEST_KEY)).toString('latin1');
}

/** Public keys out of PEM files. Throws UsageError `key-unusable`, `file-unreadable`. */
export function publicKeys(paths: readonly string[]): readonly PublicKey[] {
  return paths.map((path) => readPublicKey(keyText(path), printable(path)));
}

/** Certificates out of files, PEM or DER, as DER. Throws UsageError `certificate-unusable`. */
export function certificates(paths: readonly string[]): readonly Uint8Array[] {
  return paths.map((path) => {
    try {
      return new Uint8Array(new X509Certificate(readBytes(path, LARGEST_KEY)).raw);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError({
        code: 'certificate-unusable',
        message: `${printable(path)} holds no certificate`,
        expected: 'one X.509 certificate, PEM or DER',
        remedy: 'give the root certificate of the time-stamp authority',
      });
    }
  });
}
