import type { PartitionRow } from '#codecs/esp-partition.ts';
import { partitionAllowed } from '#virtual/esp-idf/anti-rollback.ts';
import { runApp } from '#virtual/esp-idf/app-run.ts';
import { bootConsole, type Console } from '#virtual/esp-idf/console.ts';
import { ESP_ERR } from '#virtual/esp-idf/esp-err.ts';
import { checkImage } from '#virtual/esp-idf/image-check.ts';
import { isStop } from '#virtual/esp-idf/loaded-image.ts';
import { listPartitions, readPartitions, type Partitions } from '#virtual/esp-idf/partitions.ts';
import { FACTORY_INDEX, initialiseOtaData, TEST_INDEX, type Selection } from '#virtual/esp-idf/select.ts';
import { selectWithStraps } from '#virtual/esp-idf/straps.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';
import type { Booted, BootedApp } from '#virtual/silicon.ts';

/** ESP-IDF version that boot loader and applications of this chip are built with. */
const IDF_VERSION = 'v5.5.1';

/** Flaws that start an image without a look; one of them relies on it in its updater, too. */
const UNVERIFIED = ['esp-idf/image-not-verified-at-boot', 'esp-idf/validation-skipped'];

/** The second-stage boot loader, from its banner to the jump. */
export function bootChip(traits: EspTraits): Booted {
  const console = bootConsole();
  printBanner(traits, console);
  const partitions = readPartitions(traits.flash, console);
  if (partitions === null) {
    console.log('E', 'boot', 'Failed to verify partition table');
    console.log('E', 'boot', 'load partition table error!');
    return { app: null, log: console.lines };
  }
  listPartitions(partitions.rows, console);
  const selection = selectWithStraps(traits, partitions, console);
  const app = selection === null ? null : loadFirst(traits, partitions, selection, console);
  return { app, log: console.lines };
}

function printBanner(traits: EspTraits, console: Console): void {
  console.log('I', 'boot', `ESP-IDF ${IDF_VERSION} 2nd stage bootloader`);
  console.log('I', 'boot', 'compile time Jan  1 2026 00:00:00');
  console.log('I', 'boot', 'Multicore bootloader');
  const { revision, name } = traits.chip;
  console.log('I', 'boot', `chip revision: v${Math.floor(revision / 100)}.${revision % 100}`);
  console.log('I', `boot.${name}`, 'SPI Speed      : 40MHz');
  console.log('I', `boot.${name}`, 'SPI Mode       : DIO');
  console.log('I', `boot.${name}`, `SPI Flash Size : ${traits.storage.shape.size / 0x100000}MB`);
  console.log('I', 'boot', 'Enabling RNG early entropy source...');
}

/** The chosen slot, then lower ones down to factory, then higher ones; otadata states no longer matter here. */
function order(selection: Selection, slots: number): readonly number[] {
  const down: number[] = [];
  for (let index = selection.index; index >= FACTORY_INDEX; index--) down.push(index);
  const up: number[] = [];
  for (let index = selection.index + 1; index < slots; index++) up.push(index);
  return [...down, ...up];
}

function loadFirst(
  traits: EspTraits,
  partitions: Partitions,
  selection: Selection,
  console: Console,
): BootedApp | null {
  if (selection.index === TEST_INDEX) return loadTestOnly(traits, partitions, console);
  for (const index of order(selection, partitions.slots)) {
    const partition = index === FACTORY_INDEX ? partitions.factory : partitions.ota[index];
    if (!partition || partition.size === 0) continue;
    const outcome = tryLoad(traits, partitions, partition, console, () => {
      if (selection.initialise && index > FACTORY_INDEX)
        initialiseOtaData(traits, partitions, index, console);
    });
    if (outcome !== 'not-bootable') return outcome;
    const name = index === FACTORY_INDEX ? 'Factory app partition' : `OTA app partition slot ${index}`;
    console.log('E', 'boot', `${name} is not bootable`);
  }
  return loadTestApp(traits, partitions, console);
}

/** A held pin asks for the test application and nothing else. */
function loadTestOnly(traits: EspTraits, partitions: Partitions, console: Console): BootedApp | null {
  const { test } = partitions;
  const outcome = test === null ? 'not-bootable' : tryLoad(traits, partitions, test, console, () => {});
  if (outcome !== 'not-bootable') return outcome;
  console.log('E', 'boot', 'No bootable test partition in the partition table');
  return null;
}

function loadTestApp(traits: EspTraits, partitions: Partitions, console: Console): BootedApp | null {
  if (partitions.test !== null && partitions.test.size > 0) {
    const outcome = tryLoad(traits, partitions, partitions.test, console, () => {
      console.log('W', 'boot', 'Falling back to test app as only bootable partition');
    });
    if (outcome !== 'not-bootable') return outcome;
  } else if (traits.antiRollback) {
    // The check comes before the question whether there is such a partition.
    console.log('E', 'boot', `Failed to get partition description ${ESP_ERR.invalidArg}`);
  }
  console.log('E', 'boot', 'No bootable app partitions in the partition table');
  return null;
}

/** Null: the boot loader crashed over the image. */
function tryLoad(
  traits: EspTraits,
  partitions: Partitions,
  partition: PartitionRow,
  console: Console,
  loaded: () => void,
): BootedApp | null | 'not-bootable' {
  if (!partitionAllowed(traits, partition, console)) return 'not-bootable';
  const mode = UNVERIFIED.some((flaw) => traits.flaws.has(flaw)) ? 'load-unverified' : 'load';
  const image = checkImage(traits, partition, mode, console);
  if (isStop(image)) {
    if (image.stop === 'refused') return 'not-bootable';
    console.raw(`Guru Meditation Error: Core  0 panic'ed (${image.reason}). Exception was unhandled.`);
    return null;
  }
  console.log('I', 'boot', `Loaded app from partition at offset 0x${partition.offset.toString(16)}`);
  loaded();
  console.log('I', 'boot', 'Disabling RNG early entropy source...');
  return runApp(traits, partitions, partition, image);
}
