import { PARTITION_APP, PARTITION_DATA, SUBTYPE, type PartitionRow } from '#codecs/esp-partition.ts';
import type { EspProfile } from './profile.ts';

/** Size of an application partition. */
export const SLOT_SIZE = 0x100000;
const TEST_SIZE = 0x80000;

function row(label: string, type: number, subtype: number, offset: number, size: number): PartitionRow {
  return { label, type, subtype, offset, size, flags: 0 };
}

const DATA: readonly PartitionRow[] = [
  row('nvs', PARTITION_DATA, 2, 0x9000, 0x4000),
  row('otadata', PARTITION_DATA, SUBTYPE.otadata, 0xd000, 0x2000),
  row('phy_init', PARTITION_DATA, 1, 0xf000, 0x1000),
];
const FACTORY = row('factory', PARTITION_APP, SUBTYPE.factory, 0x10000, SLOT_SIZE);
const OTA: readonly PartitionRow[] = [
  row('ota_0', PARTITION_APP, SUBTYPE.ota0, 0x110000, SLOT_SIZE),
  row('ota_1', PARTITION_APP, SUBTYPE.ota0 + 1, 0x210000, SLOT_SIZE),
];
const TEST = row('test', PARTITION_APP, SUBTYPE.test, 0x310000, TEST_SIZE);

/** The partition table of a build. */
export function partitionRows({ factory, test }: EspProfile): readonly PartitionRow[] {
  return [...DATA, ...(factory ? [FACTORY] : []), ...OTA, ...(test ? [TEST] : [])];
}
