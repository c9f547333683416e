import { hexToBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';
import { uuidOfName } from '#core/uuid.ts';

/** Namespace of domain names (RFC 9562 6.6). */
export const DNS_NAMESPACE = hexToBytes('6ba7b8109dad11d180b400c04fd430c8');

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
