import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const LENGTH = 16;

/** Name-based UUID, version 5 (RFC 9562 5.5). */
export function uuidOfName(namespace: Uint8Array, name: string): Uint8Array {
  const bytes = sha1(concatBytes(namespace, utf8ToBytes(name)));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.subarray(0, LENGTH);
}

/** Text of a UUID, with dashes; null where there are not 16 bytes. */
export function formatUuid(bytes: Uint8Array): string | null {
  if (bytes.length !== LENGTH) return null;
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Namespace of the UUIDs in our own files; drawn once at random. */
const OURS = hexToBytes('5f0a4c1e7b8d4d0c9a6e2f31c4b8d7e5');

/** UUID text of a name of ours: the same name has the same UUID, so that equal reports are equal files. */
export function uuidText(name: string): string {
  return formatUuid(uuidOfName(OURS, name)) ?? '';
}
