import { hash } from 'node:crypto';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';

/** Namespace of domain names (RFC 9562 6.6). */
export const DNS_NAMESPACE = hexToBytes('6ba7b8109dad11d180b400c04fd430c8');

const LENGTH = 16;

/** Name-based UUID, version 5 (RFC 9562 5.5). */
export function uuidOfName(namespace: Uint8Array, name: string): Uint8Array {
  const bytes = Uint8Array.from(hash('sha1', concatBytes(namespace, utf8ToBytes(name)), 'buffer'));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.subarray(0, LENGTH);
}

/**
 * Reads `--vid` and `--cid` as imgtool does: a UUID with dashes, 32 hex digits, or a name within the namespace. UsageError
 * for a name without namespace.
 */
export function parseUuid(text: string, namespace: Uint8Array | null): Uint8Array {
  const dashed = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
  const digits = dashed.test(text) ? text.replaceAll('-', '') : text;
  if (/^[\da-f]{32}$/i.test(digits)) return hexToBytes(digits);
  if (namespace !== null && /^[^\p{C}]+$/u.test(text)) return uuidOfName(namespace, text);
  throw new UsageError({
    code: 'uuid',
    message: 'this is not a UUID, and there is no namespace in which it could be a name',
    expected: '12345678-1234-5678-1234-567812345678, the same without dashes, or a printable name',
    got: JSON.stringify(text),
    remedy: 'write the UUID, or name the vendor as well',
  });
}

/** Text of a UUID, with dashes; null where there are not 16 bytes. */
export function formatUuid(bytes: Uint8Array): string | null {
  if (bytes.length !== LENGTH) return null;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
