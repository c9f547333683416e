import { PARTITION_APP, type PartitionRow } from '#codecs/esp-partition.ts';
import { SECTOR } from '#virtual/esp-idf/ota-data.ts';
import { slotOf, type Partitions } from '#virtual/esp-idf/partitions.ts';

/** Where an application finds what it needs for updates. */
export interface OtaPlaces {
  readonly partitions: Partitions;
  readonly otadata: PartitionRow;
  readonly running: PartitionRow;
  readonly target: PartitionRow;
}

/** Looks the partitions of a running application up; null when it cannot update itself. */
export function otaPlaces(partitions: Partitions, slot: string): OtaPlaces | null {
  const running = partitions.rows.find((row) => row.type === PARTITION_APP && row.label === slot);
  const { otadata } = partitions;
  if (running === undefined || otadata === null || otadata.size < 2 * SECTOR) return null;
  const own = slotOf(running) ?? -1;
  const target =
    partitions.ota.find((row, i) => row !== null && i > own) ?? partitions.ota.find((row) => row !== null);
  return target ? { partitions, otadata, running, target } : null;
}
