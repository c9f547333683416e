import {
  parsePartitionTable,
  PARTITION_APP,
  PARTITION_DATA,
  PARTITION_TABLE_LENGTH,
  SUBTYPE,
  type PartitionRow,
} from '#codecs/esp-partition.ts';
import {
  activeEntry,
  decodeOtaEntry,
  OTA_STATE,
  otaCrcFits,
  type OtaEntries,
  type OtaEntry,
} from '#codecs/esp-otadata.ts';
import { printable } from '#engine/printable.ts';
import type { Part } from './description.ts';
import { field, hex, hexField, numbered, part } from './description.ts';
import type { Verdict } from './check.ts';
import type { Format, Parts } from './format.ts';
import { defectOf } from './format-esp-image.ts';

/** `esp_ota_select_entry_t` lies at the start of each of two flash sectors. */
export const OTA_SECTOR = 0x1000;

const TYPES: Readonly<Record<number, string>> = {
  0: 'app',
  1: 'data',
  2: 'boot loader',
  3: 'partition table',
};
const MAGIC = [0xaa, 0x50];

/** Whether a row holds an application. */
export function isApp(row: PartitionRow): boolean {
  return row.type === PARTITION_APP;
}

/** Whether a row holds the two otadata sectors. */
export function isOtadata(row: PartitionRow): boolean {
  return row.type === PARTITION_DATA && row.subtype === SUBTYPE.otadata;
}

/** Whether a partition table starts here. */
export function startsTable(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

function rowText({ type, subtype, offset, size, flags }: PartitionRow): string {
  const kind = `${TYPES[type] ?? hex(type)} ${hex(subtype)}`;
  const marks = `${(flags & 1) === 0 ? '' : ', encrypted'}${(flags & 2) === 0 ? '' : ', read-only'}`;
  return `${hex(offset)} to ${hex(offset + size)}, ${kind}${marks}`;
}

/** The rows of the table at the start of `bytes`. */
export function tableParts(bytes: Uint8Array): Parts & { readonly rows: readonly PartitionRow[] } {
  try {
    const { rows, md5 } = parsePartitionTable(bytes.subarray(0, PARTITION_TABLE_LENGTH));
    const names = numbered(rows.map(({ label }) => printable(label)));
    const fields = rows.map((row, index) =>
      field(names[index] ?? '', { ...row, label: printable(row.label) }, rowText(row)),
    );
    const seal = field('md5', md5, md5 ? 'there, and right' : 'none');
    return { rows, parts: [part('partition table', 0, [...fields, seal])], defects: [] };
  } catch (error) {
    return { rows: [], parts: [], defects: [defectOf('partition table', error)] };
  }
}

/** Whether a table can be read, and its MD5 is right. */
export function verifyTable(bytes: Uint8Array): Verdict {
  const [defect] = tableParts(bytes).defects;
  const detail = defect?.message ?? 'rows and MD5';
  const valid = defect === undefined;
  return {
    valid,
    checks: [{ image: '', check: 'partition-table', result: valid ? 'holds' : 'fails', detail }],
  };
}

/** Whether there is an entry that the boot loader would act on. */
export function verifyOtadata(bytes: Uint8Array): Verdict {
  const active = activeEntry(entries(bytes));
  const check = 'otadata';
  if (active === null) {
    const detail = 'no entry can be selected';
    return { valid: false, checks: [{ image: '', check, result: 'fails', detail }] };
  }
  return {
    valid: true,
    checks: [{ image: '', check, result: 'holds', detail: `entry ${active} is selected` }],
  };
}

/** A partition table. */
export const partitionTable: Format = {
  id: 'esp-partition-table',
  name: 'ESP32 partition table',
  recognises: (bytes) => startsTable(bytes) && bytes.length <= OTA_SECTOR,
  describe: (bytes) => ({ title: 'ESP32 partition table', ...tableParts(bytes) }),
  verify: verifyTable,
};

function entries(bytes: Uint8Array): OtaEntries {
  return [decodeOtaEntry(bytes), decodeOtaEntry(bytes.subarray(OTA_SECTOR))];
}

function stateName(state: number): string {
  return Object.entries(OTA_STATE).find(([, value]) => value === state)?.[0] ?? 'unknown';
}

function entryPart(entry: OtaEntry, index: number, active: number | null): Part {
  const blank = entry.seq === 0xffffffff;
  return part(`otadata ${index}`, index * OTA_SECTOR, [
    field('sequence', entry.seq, blank ? 'blank' : String(entry.seq)),
    field('state', entry.state, `${stateName(entry.state)} (${hex(entry.state)})`),
    hexField('crc', entry.crc, otaCrcFits(entry) ? '(right)' : blank ? '' : '(WRONG)'),
    field('active', active === index),
  ]);
}

/** The two entries, and which of them the boot loader acts on. */
export function otadataParts(bytes: Uint8Array): Parts {
  const both = entries(bytes);
  const active = activeEntry(both);
  return { parts: both.map((entry, index) => entryPart(entry, index, active)), defects: [] };
}

/** The otadata partition. */
export const otadata: Format = {
  id: 'esp-otadata',
  name: 'ESP32 otadata',
  recognises: (bytes) =>
    bytes.length > OTA_SECTOR && bytes.length <= 2 * OTA_SECTOR && entries(bytes).some(otaCrcFits),
  describe: (bytes) => ({ title: 'ESP32 otadata', ...otadataParts(bytes) }),
  verify: verifyOtadata,
};
