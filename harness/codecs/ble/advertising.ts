import type { PeerError } from '#core/errors.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';

/** Types of the structures that advertising data is made of (Assigned Numbers 2.3). */
export const AD = {
  flags: 0x01,
  someUuids16: 0x02,
  uuids16: 0x03,
  someUuids128: 0x06,
  uuids128: 0x07,
  shortName: 0x08,
  name: 0x09,
  serviceData16: 0x16,
  manufacturer: 0xff,
} as const;

/** Bytes that legacy advertising has room for. */
export const LEGACY_AD_MOST = 31;

/** One structure of advertising data. */
export interface AdStructure {
  readonly type: number;
  readonly data: Uint8Array;
  /** Written instead of the true length. */
  readonly claimed?: number;
}

/** Advertising data as bytes. */
export function encodeAdvertising(structures: readonly AdStructure[]): Uint8Array {
  return Uint8Array.from(
    structures.flatMap(({ type, data, claimed }) => [(claimed ?? data.length + 1) & 0xff, type, ...data]),
  );
}

/** The structures; a length of 0 ends them early (Core 6 Vol 3 Part C 11). */
export function decodeAdvertising(bytes: Uint8Array): readonly AdStructure[] | PeerError {
  const structures: AdStructure[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at] ?? 0;
    if (length === 0) break;
    const end = at + 1 + length;
    if (end > bytes.length) {
      return bleError(
        'ad-length',
        'advertising data end within a structure',
        `${length} bytes`,
        `${bytes.length - at - 1} left`,
      );
    }
    structures.push({ type: bytes[at + 1] ?? 0, data: bytes.slice(at + 2, end) });
    at = end;
  }
  return structures;
}

/** The complete or shortened name; null where there is none. */
export function advertisedName(structures: readonly AdStructure[]): string | null {
  const named = structures.find(({ type }) => type === AD.name || type === AD.shortName);
  return named === undefined ? null : Buffer.from(named.data).toString('utf8');
}
