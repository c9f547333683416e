import { PARTITION_DATA, SUBTYPE, type PartitionRow } from '#codecs/esp-partition.ts';
import { hex8, type Console } from '#virtual/esp-idf/console.ts';
import type { Partitions } from '#virtual/esp-idf/partitions.ts';
import { selectBoot, TEST_INDEX, type Selection } from '#virtual/esp-idf/select.ts';
import type { EspTraits, FactoryReset } from '#virtual/esp-idf/traits.ts';

/**
 * Chooses what to boot (`selected_boot_partition`): otadata first, then the pins. So the records change before a pin is
 * looked at, and after a factory reset that spares otadata they change a second time: a new image has had its trial then.
 */
export function selectWithStraps(
  traits: EspTraits,
  partitions: Partitions,
  console: Console,
): Selection | null {
  const selection = selectBoot(traits, partitions, console);
  if (selection === null) return null;
  if (traits.factoryReset !== null && traits.strap === 'factory-reset') {
    console.log('I', 'boot', 'Detect a condition of the factory reset');
    eraseData(traits, partitions, traits.factoryReset, console);
    return selectBoot(traits, partitions, console);
  }
  if (!traits.appTest || traits.strap !== 'test') return selection;
  console.log('I', 'boot', 'Detect a boot condition of the test firmware');
  if (partitions.test !== null) return { index: TEST_INDEX, initialise: false };
  console.log('E', 'boot', 'Test firmware is not found in partition table');
  return null;
}

/** `bootloader_common_erase_part_type_data`. */
function eraseData(traits: EspTraits, partitions: Partitions, reset: FactoryReset, console: Console): void {
  console.log('I', 'boot', `Data partitions to erase: ${reset.erases.join(', ')}`);
  console.log('I', 'boot_comm', '## Label            Usage Offset   Length   Cleaned');
  partitions.rows.forEach((row, i) => {
    if (row.type !== PARTITION_DATA) return;
    const goes = isErased(row, reset);
    if (goes) traits.flash.erase(row.offset, row.size);
    const place = `${hex8(row.offset)} ${hex8(row.size)} [${goes ? 'yes' : 'no'}]`;
    console.log('I', 'boot_comm', `${String(i).padStart(2)} ${row.label.padEnd(16)} data  ${place}`);
  });
}

function isErased(row: PartitionRow, { erases, otadata }: FactoryReset): boolean {
  return erases.includes(row.label) || (otadata && row.subtype === SUBTYPE.otadata);
}
