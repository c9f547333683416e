import { decode, encode, type DecodeOptions } from 'cborg';
import { measureCbor, type CborBounds } from '#codecs/cbor-bounds.ts';

/** Values that occur in management messages; integers beyond 2^53 are bigint. */
export type CborValue =
  null | undefined | boolean | number | bigint | string | Uint8Array | readonly CborValue[] | CborMap;

/** A CBOR map with text keys, in the order received. */
export type CborMap = ReadonlyMap<string, CborValue>;

/** A decoded map with the number of bytes it took, or why there is none. */
export type CborResult =
  | { readonly ok: true; readonly map: CborMap; readonly used: number }
  | { readonly ok: false; readonly why: string };

/** Bounds that every answer of a known management server fits with room to spare. */
export const CLIENT_BOUNDS: CborBounds = { depth: 12, items: 8192 };

const OPTIONS: DecodeOptions = { useMaps: true, rejectDuplicateMapKeys: true };

/** Decodes the map that `bytes` starts with; definite or indefinite. Never throws. */
export function decodeCborMap(bytes: Uint8Array, bounds: CborBounds = CLIENT_BOUNDS): CborResult {
  const extent = measureCbor(bytes, bounds);
  if (!extent.ok) return extent;
  if ((bytes[0] ?? 0) >> 5 !== 5) return { ok: false, why: 'not a map' };
  try {
    const map = decode(bytes.subarray(0, extent.end), OPTIONS) as ReadonlyMap<unknown, CborValue>;
    const foreign = foreignKey(map);
    if (foreign !== null) return { ok: false, why: `a key that is no text: ${foreign}` };
    return { ok: true, map: map as CborMap, used: extent.end };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function foreignKey(map: ReadonlyMap<unknown, CborValue>): string | null {
  for (const key of map.keys()) if (typeof key !== 'string') return String(key);
  return null;
}

/** Encodes members in the order given (a server answers in its own order; so do we). */
export function encodeCborMap(members: Iterable<readonly [string, CborValue]>): Uint8Array {
  return encode(new Map(members), { mapSorter: keepOrder });
}

function keepOrder(): number {
  return 0;
}
