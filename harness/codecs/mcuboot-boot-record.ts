import { decode, encode } from 'cborg';
import { measureCbor } from '#codecs/cbor-bounds.ts';
import type { HashName } from '#codecs/mcuboot-tlv.ts';
import { formatVersion, type McubootVersion } from '#codecs/mcuboot-version.ts';
import { UsageError } from '#core/errors.ts';

/** A BOOT_RECORD TLV: what the boot loader passes on for attestation (PSA Attestation API 1.0, software component). */
export interface BootRecord {
  /** Role of the component, at most 12 characters. */
  readonly softwareType: string;
  readonly version: string;
  /** Hash of the signer's key. */
  readonly signerId: Uint8Array;
  /** Name of the hash, as imgtool writes it. */
  readonly measurementType: string;
  /** Zeros in a file; the boot loader puts the image hash here. Last, so that it can. */
  readonly measurement: Uint8Array;
}

const KEY = { softwareType: 1, measurement: 2, version: 4, signerId: 5, measurementType: 6 } as const;
const LONGEST_TYPE = 12;
const HASH_LENGTH = { sha256: 32, sha384: 48, sha512: 64 } as const;
const BOUNDS = { depth: 3, items: 32 };

/** The record of an image to be. UsageError when the type is too long for a boot loader. */
export function bootRecordOf(
  softwareType: string,
  version: McubootVersion,
  signerId: Uint8Array,
  hashName: HashName,
): BootRecord {
  if (softwareType.length > LONGEST_TYPE) {
    throw new UsageError({
      code: 'boot-record-type',
      message: 'the software type of the boot record is too long',
      expected: `at most ${LONGEST_TYPE} characters`,
      got: String(softwareType.length),
      remedy: 'shorten it',
    });
  }
  return {
    softwareType,
    version: formatVersion({ ...version, build: 0 }),
    signerId,
    measurementType: hashName.toUpperCase(),
    measurement: new Uint8Array(HASH_LENGTH[hashName]),
  };
}

/** Writes a record as imgtool does: a CBOR map with number keys, the measurement last. */
export function encodeBootRecord(record: BootRecord): Uint8Array {
  const members = new Map<number, unknown>([
    [KEY.softwareType, record.softwareType],
    [KEY.version, record.version],
    [KEY.signerId, record.signerId],
    [KEY.measurementType, record.measurementType],
    [KEY.measurement, record.measurement],
  ]);
  return encode(members, { mapSorter: () => 0 });
}

/** Reads a record; null where it is not exactly as `encodeBootRecord` writes one, whatever the bytes. */
export function decodeBootRecord(value: Uint8Array): BootRecord | null {
  const extent = measureCbor(value, BOUNDS);
  if (!extent.ok || extent.end !== value.length || (value[0] ?? 0) >> 5 !== 5) return null;
  try {
    const map = decode(value, { useMaps: true, rejectDuplicateMapKeys: true }) as Map<unknown, unknown>;
    const record = recordOf(map);
    return record !== null && Buffer.compare(encodeBootRecord(record), value) === 0 ? record : null;
  } catch {
    return null;
  }
}

function recordOf(map: ReadonlyMap<unknown, unknown>): BootRecord | null {
  const softwareType = map.get(KEY.softwareType);
  const version = map.get(KEY.version);
  const signerId = map.get(KEY.signerId);
  const measurementType = map.get(KEY.measurementType);
  const measurement = map.get(KEY.measurement);
  if (typeof softwareType !== 'string' || typeof version !== 'string') return null;
  if (typeof measurementType !== 'string') return null;
  if (!(signerId instanceof Uint8Array) || !(measurement instanceof Uint8Array)) return null;
  return { softwareType, version, signerId, measurementType, measurement };
}
