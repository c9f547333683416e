import { PeerError } from '#core/errors.ts';
import { chipById, type EspChip } from '#codecs/esp-chip.ts';
import { decodeEspHeader } from '#codecs/esp-header.ts';
import { ESP_IMAGE_MAGIC } from '#codecs/esp-image.ts';
import { activeEntry, decodeOtaEntry, otaSlot, type OtaEntries } from '#codecs/esp-otadata.ts';
import {
  PARTITION_APP,
  PARTITION_DATA,
  PARTITION_TABLE_LENGTH,
  parsePartitionTable,
  SUBTYPE,
  type PartitionRow,
  type PartitionTable,
} from '#codecs/esp-partition.ts';

/** A whole flash, taken apart. All bytes are views of the dump: whoever changes it changes them. */
export interface EspFlash {
  readonly tableOffset: number;
  readonly table: PartitionTable;
  /** Null when no boot loader of a known chip lies where that chip looks for it. */
  readonly bootloader: { readonly offset: number; readonly chip: EspChip; readonly bytes: Uint8Array } | null;
  /** In the order of the table. Contents other than otadata are left alone: NVS stays opaque. */
  readonly partitions: readonly FlashPartition[];
  /** Null without an otadata partition. */
  readonly otadata: FlashOtadata | null;
}

/** A row of the table with its part of the dump; shorter than the row says where the dump ends early. */
export interface FlashPartition {
  readonly row: PartitionRow;
  readonly bytes: Uint8Array;
}

/** The two otadata entries and what the boot loader would make of them. */
export interface FlashOtadata {
  readonly entries: OtaEntries;
  /** Sector that decides; null when neither may. */
  readonly active: 0 | 1 | null;
  /** The `ota_N` that is chosen; null when the factory image, or the first that loads, is. */
  readonly slot: number | null;
}

/** CONFIG_PARTITION_TABLE_OFFSET: 0x8000 by default, moved up for larger boot loaders, up to the usual place of the first application. */
const TABLE_OFFSETS = Array.from({ length: 25 }, (_, i) => 0x8000 + i * 0x1000);
const OTA_SECTOR = 0x1000;
const ROW_MAGIC = [0xaa, 0x50];

/** Takes a dump of a flash apart, beginning at offset 0. PeerError when no partition table lies at the usual offsets or the one asked for. */
export function parseEspFlash(dump: Uint8Array, tableOffset?: number): EspFlash {
  const { offset, table } = findTable(dump, tableOffset);
  const partitions = table.rows.map((row) => ({ row, bytes: part(dump, row.offset, row.size) }));
  return {
    tableOffset: offset,
    table,
    bootloader: findBootloader(dump, offset),
    partitions,
    otadata: otadataOf(partitions),
  };
}

function findTable(dump: Uint8Array, wanted: number | undefined): { offset: number; table: PartitionTable } {
  const offset = wanted ?? TABLE_OFFSETS.find((at) => ROW_MAGIC.every((byte, i) => dump[at + i] === byte));
  const table = offset === undefined ? null : parsePartitionTable(part(dump, offset, PARTITION_TABLE_LENGTH));
  // An erased sector is a table without rows, which tells nothing of a dump.
  if (offset !== undefined && table !== null && table.rows.length > 0) return { offset, table };
  throw new PeerError({
    code: 'esp-flash-no-table',
    message: 'no partition table in this dump',
    expected: `a row's magic number at a sector from 0x${hex(TABLE_OFFSETS[0])} to 0x${hex(TABLE_OFFSETS.at(-1))}`,
    got: `${dump.length} bytes without one`,
    remedy:
      'dump the flash from offset 0, or say where the table lies; an encrypted flash cannot be read this way',
  });
}

function findBootloader(dump: Uint8Array, end: number): EspFlash['bootloader'] {
  for (const offset of [0x0, 0x1000, 0x2000]) {
    const bytes = part(dump, offset, end - offset);
    const header = decodeEspHeader(bytes);
    if (header?.magic !== ESP_IMAGE_MAGIC) continue;
    const chip = chipById(header.chipId);
    if (chip?.bootloaderOffset === offset) return { offset, chip, bytes };
  }
  return null;
}

function otadataOf(partitions: readonly FlashPartition[]): FlashOtadata | null {
  const found = partitions.find(({ row }) => row.type === PARTITION_DATA && row.subtype === SUBTYPE.otadata);
  if (found === undefined) return null;
  const entries: OtaEntries = [decodeOtaEntry(found.bytes), decodeOtaEntry(found.bytes.subarray(OTA_SECTOR))];
  const active = activeEntry(entries);
  const slots = partitions.filter(({ row }) => isOtaSlot(row)).length;
  const slot = active === null || slots === 0 ? null : otaSlot(entries[active].seq, slots);
  return { entries, active, slot };
}

function isOtaSlot({ type, subtype }: PartitionRow): boolean {
  return type === PARTITION_APP && subtype >= SUBTYPE.ota0 && subtype <= SUBTYPE.otaLast;
}

function part(dump: Uint8Array, offset: number, size: number): Uint8Array {
  return dump.subarray(offset, Math.max(offset, offset + size));
}

function hex(offset: number | undefined): string {
  return (offset ?? 0).toString(16);
}
