import { encodeOtaEntry, OTA_ENTRY_LENGTH, otaEntry } from '#codecs/esp-otadata.ts';
import { encodePartitionTable, type PartitionRow } from '#codecs/esp-partition.ts';
import { UsageError } from '#core/errors.ts';
import { ESP32, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { EspFlash, type FlashEncryption } from '#virtual/esp-idf/esp-flash.ts';
import { FUSE, provisionFuses, type FuseSetup } from '#virtual/esp-idf/fuses.ts';
import { SECTOR } from '#virtual/esp-idf/ota-data.ts';
import { PARTITION_TABLE_AT } from '#virtual/esp-idf/partitions.ts';
import { Storage } from '#virtual/storage.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** Flash and fuses of an ESP32 module with 4 MiB. */
export const ESP_SHAPE: StorageShape = {
  size: 0x400000,
  page: SECTOR,
  word: 4,
  fuses: FUSE.words,
  kind: 'spi-nor',
};

/** What the factory line (and the updates since) left on a chip. */
export interface Provisioning extends FuseSetup {
  /** Default ESP32. */
  readonly chip?: ChipModel;
  /** Default off. */
  readonly flashEncryption?: FlashEncryption | null;
  readonly rows: readonly PartitionRow[];
  /** Images by partition label; empty partitions are left out. */
  readonly images: Readonly<Record<string, Uint8Array>>;
  /** Sequence number and state of each otadata entry; null: blank. */
  readonly otadata: readonly [OtaRecord | null, OtaRecord | null];
  /** Flaws the chip will be built with; one of them changes where otadata lies. */
  readonly flaws?: ReadonlySet<string>;
}

/** An otadata entry in short. */
export interface OtaRecord {
  readonly seq: number;
  readonly state: number;
}

/** Content of a chip in the field, for `Storage.load`. */
export function provisionedContent(setup: Provisioning): ReturnType<Storage['save']> {
  const storage = new Storage(ESP_SHAPE);
  const flash = new EspFlash(storage, setup.flashEncryption);
  flash.write(PARTITION_TABLE_AT, encodePartitionTable({ rows: setup.rows, md5: true }));
  for (const [label, bytes] of Object.entries(setup.images)) {
    flash.write(partition(setup.rows, label).offset, bytes);
  }
  const { offset } = partition(setup.rows, 'otadata');
  const stride = setup.flaws?.has('esp-idf/otadata-single-sector') ? OTA_ENTRY_LENGTH : SECTOR;
  setup.otadata.forEach((record, i) => {
    if (record === null) return;
    flash.write(offset + i * stride, encodeOtaEntry(otaEntry(record.seq, record.state)));
  });
  provisionFuses(storage, setup, (setup.chip ?? ESP32).keySlots);
  return storage.save();
}

function partition(rows: readonly PartitionRow[], label: string): PartitionRow {
  const row = rows.find((candidate) => candidate.label === label);
  if (row !== undefined) return row;
  throw new UsageError({
    code: 'esp-no-partition',
    message: `the partition table has no ${label}`,
    expected: rows.map((candidate) => candidate.label).join(', '),
    got: label,
    remedy: 'name a partition of the table',
  });
}
