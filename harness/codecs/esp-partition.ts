import { hash } from 'node:crypto';
import { PeerError } from '#core/errors.ts';

/** A row of the partition table (`esp_partition_info_t`). */
export interface PartitionRow {
  /** 0 app, 1 data, 2 boot loader, 3 partition table. */
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
  /** The 16 bytes as Latin-1 without trailing NULs. */
  readonly label: string;
  /** Bit 0 encrypted, bit 1 read-only. */
  readonly flags: number;
}

/** A partition table; the MD5 row, where there is one, is computed when encoding. */
export interface PartitionTable {
  readonly rows: readonly PartitionRow[];
  readonly md5: boolean;
  /** The 14 bytes between magic number and digest of the MD5 row, where they are not 0xff: nothing reads them. */
  readonly md5Filler?: Uint8Array;
  /** What stands from the end mark on, where it is not 0xff: nothing reads it. */
  readonly rest?: Uint8Array;
}

/** Type of application partitions. */
export const PARTITION_APP = 0;
/** Type of data partitions. */
export const PARTITION_DATA = 1;
/** Subtypes that the boot loader acts on. */
export const SUBTYPE = { factory: 0x00, ota0: 0x10, otaLast: 0x1f, test: 0x20, otadata: 0x00 } as const;
/** `ESP_PARTITION_TABLE_MAX_LEN`. */
export const PARTITION_TABLE_LENGTH = 0xc00;

const ROW = 32;
const MAGIC = 0x50aa;
const MAGIC_MD5 = 0xebeb;
const LABEL = 16;
const MD5_AT = 16;

/**
 * Reads a table as `esp_partition_table_verify` does; to that an erased sector is a table without rows. PeerError, its message in the boot loader's words, for a wrong magic
 * number, a wrong MD5, a second MD5 row, a row outside the flash, a row behind the MD5 row, or a missing end.
 */
export function parsePartitionTable(bytes: Uint8Array, flashSize = Infinity): PartitionTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: PartitionRow[] = [];
  const end = Math.min(bytes.length, PARTITION_TABLE_LENGTH);
  let md5 = false;
  let filler: { readonly md5Filler?: Uint8Array } = {};
  for (let at = 0, i = 0; at + ROW <= end; at += ROW, i++) {
    const magic = view.getUint16(at, true);
    if (magic === 0xffff && view.getUint16(at + 2, true) === 0xffff) {
      const rest = bytes.slice(at, end);
      return { rows, md5, ...filler, ...(isBlank(rest) ? {} : { rest }) };
    }
    if (magic === MAGIC_MD5) {
      if (md5) throw malformed('Only one MD5 checksum is allowed');
      if (!md5Fits(bytes, at)) throw malformed('Incorrect MD5 checksum');
      const between = bytes.slice(at + 2, at + MD5_AT);
      if (!isBlank(between)) filler = { md5Filler: between };
      md5 = true;
      continue;
    }
    if (magic !== MAGIC) throw malformed(`partition ${i} invalid magic number 0x${magic.toString(16)}`);
    // ESP-IDF accepts such a row, then counts one row too few; no tool writes it, and it would not be covered by the MD5.
    if (md5) throw malformed(`partition ${i} follows the MD5 row`);
    rows.push(decodeRow(view, bytes, at, i, flashSize));
  }
  throw malformed('partition table has no terminating entry, not valid');
}

function decodeRow(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  index: number,
  flashSize: number,
): PartitionRow {
  const offset = view.getUint32(at + 4, true);
  const size = view.getUint32(at + 8, true);
  if (offset + size > flashSize) {
    const where = `offset 0x${offset.toString(16)} size 0x${size.toString(16)}`;
    throw malformed(
      `partition ${index} invalid - ${where} exceeds flash chip size 0x${flashSize.toString(16)}`,
    );
  }
  const label = Buffer.from(bytes.subarray(at + 12, at + 12 + LABEL)).toString('latin1');
  return {
    type: view.getUint8(at + 2),
    subtype: view.getUint8(at + 3),
    offset,
    size,
    label: trimNul(label),
    flags: view.getUint32(at + 28, true),
  };
}

/** The bytes of a table, filled with 0xff to `length`. PeerError when the rows do not fit. */
export function encodePartitionTable(table: PartitionTable, length = PARTITION_TABLE_LENGTH): Uint8Array {
  const used = (table.rows.length + (table.md5 ? 1 : 0)) * ROW;
  if (used + ROW > length) throw malformed(`${table.rows.length} rows do not fit ${length} bytes`);
  const bytes = new Uint8Array(length).fill(0xff);
  const view = new DataView(bytes.buffer);
  table.rows.forEach((row, i) => {
    const at = i * ROW;
    view.setUint16(at, MAGIC, true);
    view.setUint8(at + 2, row.type);
    view.setUint8(at + 3, row.subtype);
    view.setUint32(at + 4, row.offset, true);
    view.setUint32(at + 8, row.size, true);
    bytes.fill(0, at + 12, at + 12 + LABEL);
    bytes.set(Buffer.from(row.label, 'latin1').subarray(0, LABEL), at + 12);
    view.setUint32(at + 28, row.flags, true);
  });
  if (table.md5) {
    const at = table.rows.length * ROW;
    view.setUint16(at, MAGIC_MD5, true);
    bytes.set((table.md5Filler ?? new Uint8Array()).subarray(0, MD5_AT - 2), at + 2);
    bytes.set(hash('md5', bytes.subarray(0, at), 'buffer'), at + MD5_AT);
  }
  bytes.set((table.rest ?? new Uint8Array()).subarray(0, length - used), used);
  return bytes;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}

/** A label for a console or a report: anything but printable ASCII as `\xNN`, backslash doubled. */
export function escapeLabel(label: string): string {
  return label.replace(/[^\x20-\x7e]|\\/g, (char) =>
    char === '\\' ? '\\\\' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function md5Fits(bytes: Uint8Array, at: number): boolean {
  const stored = bytes.subarray(at + 16, at + ROW);
  return Buffer.compare(hash('md5', bytes.subarray(0, at), 'buffer'), stored) === 0;
}

function trimNul(label: string): string {
  let end = label.length;
  while (end > 0 && label[end - 1] === '\0') end -= 1;
  return label.slice(0, end);
}

function malformed(message: string): PeerError {
  return new PeerError({
    code: 'esp-partition-table-malformed',
    message,
    remedy: 'write the partition table of the project again',
  });
}
