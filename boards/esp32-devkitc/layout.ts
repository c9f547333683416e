import { PARTITION_APP, PARTITION_DATA, SUBTYPE, type PartitionRow } from '#codecs/esp-partition.ts';

/** With a factory application in front of the two OTA slots, or without. */
export type Variant = 'esp32-devkitc' | 'esp32-devkitc-factory';

/** Size of an application partition. */
export const SLOT_SIZE = 0x100000;

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

/** The partition table of a variant. */
export function partitionRows(variant: Variant): readonly PartitionRow[] {
  return variant === 'esp32-devkitc-factory' ? [...DATA, FACTORY, ...OTA] : [...DATA, ...OTA];
}
