import { isAssayError } from '#core/errors.ts';
import {
  escapeLabel,
  PARTITION_APP,
  PARTITION_DATA,
  PARTITION_TABLE_LENGTH,
  parsePartitionTable,
  SUBTYPE,
  type PartitionRow,
} from '#codecs/esp-partition.ts';
import { hex8, type Console } from '#virtual/esp-idf/console.ts';
import type { EspFlash } from '#virtual/esp-idf/esp-flash.ts';

/** Flash address of the partition table (CONFIG_PARTITION_TABLE_OFFSET). */
export const PARTITION_TABLE_AT = 0x8000;
/** Largest address range a partition may span (`ESP_IMAGE_MAX_FLASH_ADDR_SIZE`). */
export const MAX_PARTITION = 0x1000000;

/** The partitions that booting and updating are about. */
export interface Partitions {
  readonly rows: readonly PartitionRow[];
  readonly factory: PartitionRow | null;
  readonly test: PartitionRow | null;
  /** By number; a gap in the numbers is null, so that slot arithmetic stays that of the boot loader. */
  readonly ota: readonly (PartitionRow | null)[];
  /** Number of `ota_N` rows. */
  readonly slots: number;
  readonly otadata: PartitionRow | null;
}

/** Reads the table from flash; null, after saying why on the console, when it is not valid. */
export function readPartitions(flash: EspFlash, console: Console | null = null): Partitions | null {
  const bytes = flash.view(PARTITION_TABLE_AT, PARTITION_TABLE_AT + PARTITION_TABLE_LENGTH);
  try {
    const { rows } = parsePartitionTable(bytes, flash.shape.size);
    const skewed = rows.findIndex(({ offset, size }) => (offset | size) % flash.shape.page !== 0);
    if (skewed === -1) return sortOut(rows);
    // No tool writes such a row. ESP-IDF would take it and fault at the first flash access.
    console?.log('E', 'flash_parts', `partition ${skewed} invalid - not aligned to flash sectors`);
    return null;
  } catch (error) {
    if (!isAssayError(error)) throw error;
    console?.log('E', 'flash_parts', error.message);
    return null;
  }
}

/** Erases the only copy of the table and writes it back, as an updater does that brings a table with each release. */
export function rewritePartitionTable(flash: EspFlash): void {
  const { page } = flash.shape;
  const table = flash.view(PARTITION_TABLE_AT, PARTITION_TABLE_AT + PARTITION_TABLE_LENGTH).slice();
  flash.erase(PARTITION_TABLE_AT, page);
  flash.write(PARTITION_TABLE_AT, table);
}

function sortOut(rows: readonly PartitionRow[]): Partitions {
  const apps = rows.filter((row) => row.type === PARTITION_APP);
  const ota = apps.filter((row) => row.subtype >= SUBTYPE.ota0 && row.subtype <= SUBTYPE.otaLast);
  const last = Math.max(-1, ...ota.map((row) => row.subtype - SUBTYPE.ota0));
  return {
    rows,
    factory: apps.findLast((row) => row.subtype === SUBTYPE.factory) ?? null,
    test: apps.findLast((row) => row.subtype === SUBTYPE.test) ?? null,
    ota: Array.from(
      { length: last + 1 },
      (_, i) => ota.findLast((row) => row.subtype === SUBTYPE.ota0 + i) ?? null,
    ),
    slots: ota.length,
    otadata: rows.findLast((row) => row.type === PARTITION_DATA && row.subtype === SUBTYPE.otadata) ?? null,
  };
}

/** Number of an OTA partition, null for any other. */
export function slotOf(row: PartitionRow): number | null {
  const ota = row.type === PARTITION_APP && row.subtype >= SUBTYPE.ota0 && row.subtype <= SUBTYPE.otaLast;
  return ota ? row.subtype - SUBTYPE.ota0 : null;
}

/** Prints the table as the boot loader does. */
export function listPartitions(rows: readonly PartitionRow[], console: Console): void {
  console.log('I', 'boot', 'Partition Table:');
  console.log('I', 'boot', '## Label            Usage          Type ST Offset   Length');
  rows.forEach((row, i) => {
    const label = escapeLabel(row.label).padEnd(16);
    const kind = `${hex2(row.type)} ${hex2(row.subtype)} ${hex8(row.offset)} ${hex8(row.size)}`;
    console.log('I', 'boot', `${String(i).padStart(2)} ${label} ${usage(row).padEnd(16)} ${kind}`);
  });
  console.log('I', 'boot', 'End of partition table');
}

function usage(row: PartitionRow): string {
  if (row.type === PARTITION_APP) {
    if (row.subtype === SUBTYPE.factory) return 'factory app';
    if (row.subtype === SUBTYPE.test) return 'test app';
    return slotOf(row) === null ? 'Unknown app' : 'OTA app';
  }
  if (row.type !== PARTITION_DATA) return 'unknown';
  return (
    ['OTA data', 'RF data', 'WiFi data', 'Unknown data', 'NVS keys', 'efuse'][row.subtype] ?? 'Unknown data'
  );
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0');
}
