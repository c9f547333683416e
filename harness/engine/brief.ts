import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import type { Image } from '#core/image.ts';

/** An image for evidence: everything but its bytes. */
export function briefImage({ name, version, digest, identity, buildId, bytes }: Image): Json {
  return { name, version, digest, identity, buildId, size: bytes.length };
}

function isImage(value: object): value is Image {
  return 'bytes' in value && value.bytes instanceof Uint8Array && 'identity' in value && 'digest' in value;
}

/** A verb's input or output for evidence: bytes become length and digest, what is not data is left out. */
export function brief(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return undefined;
  if (value instanceof Uint8Array) return { length: value.length, sha256: sha256Hex(value) };
  if (Array.isArray(value)) return value.map((item) => brief(item) ?? null);
  if (isImage(value)) return briefImage(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, brief(member)]));
}
