import { OTA_STATE, otaEntry, otaInvalid, otaSlot, type OtaEntries } from '#codecs/esp-otadata.ts';
import { advanceSecureVersion, partitionAllowed } from '#virtual/esp-idf/anti-rollback.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import { secureVersion } from '#virtual/esp-idf/fuses.ts';
import { OtaData, SECTOR } from '#virtual/esp-idf/ota-data.ts';
import type { Partitions } from '#virtual/esp-idf/partitions.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** Index of the factory application in the order of attempts; OTA slots follow from 0. */
export const FACTORY_INDEX = -1;

/** Index of the test application, which only a held pin selects. */
export const TEST_INDEX = -2;

/** Where to start trying, and whether otadata still has to be initialised with the slot that will run. */
export interface Selection {
  readonly index: number;
  readonly initialise: boolean;
}

/** Chooses what to boot from otadata (`bootloader_utility_get_selected_boot_partition`); null: it cannot. */
export function selectBoot(traits: EspTraits, partitions: Partitions, console: Console): Selection | null {
  const { otadata } = partitions;
  if (otadata === null) return { index: FACTORY_INDEX, initialise: false };
  if (otadata.size < 2 * SECTOR) {
    console.log(
      'E',
      'boot',
      `ota_info partition size ${otadata.size} is too small (minimum ${2 * SECTOR} bytes)`,
    );
    return null;
  }
  const data = new OtaData(traits, otadata);
  if (traits.rollback) abortPending(traits, data);
  const entries = data.read();
  const initial = !entries.some(data.written);
  if (traits.antiRollback) {
    console.log('I', 'boot', 'Enabled a check secure version of app for anti rollback');
    console.log('I', 'boot', `Secure version (from eFuse) = ${secureVersion(traits.storage)}`);
    if (initial) {
      console.log('I', 'boot', 'otadata[0..1] in initial state');
      return { index: FACTORY_INDEX, initialise: true };
    }
  } else if (entries.every(otaInvalid) || partitions.slots === 0) {
    const factory = partitions.factory !== null;
    console.log('I', 'boot', factory ? 'Defaulting to factory image' : 'No factory image, trying OTA 0');
    return factory ? { index: FACTORY_INDEX, initialise: false } : { index: 0, initialise: initial };
  }
  return { index: chooseActive(traits, partitions, data, entries, console), initialise: false };
}

/** Whoever reset while on trial has failed it. */
function abortPending(traits: EspTraits, data: OtaData): void {
  if (traits.flaws.has('esp-idf/pending-not-aborted')) return;
  data.read().forEach((entry, i) => {
    if (entry.state !== OTA_STATE.pendingVerify) return;
    data.write(i === 0 ? 0 : 1, { ...entry, state: OTA_STATE.aborted });
  });
}

function chooseActive(
  traits: EspTraits,
  partitions: Partitions,
  data: OtaData,
  entries: OtaEntries,
  console: Console,
): number {
  const active = activeAllowed(traits, partitions, data, entries, console);
  if (active === null) {
    const next =
      partitions.factory === null ? ' and no factory, will try all partitions' : ', falling back to factory';
    console.log('E', 'boot', `ota data partition invalid${next}`);
    return FACTORY_INDEX;
  }
  const entry = entries[active];
  const slot = otaSlot(entry.seq, partitions.slots);
  if (traits.rollback && entry.state === OTA_STATE.new) {
    data.write(active, { ...entry, state: OTA_STATE.pendingVerify });
  }
  const partition = partitions.ota[slot];
  const early = traits.flaws.has('esp-idf/counter-burned-on-trial') && entry.state === OTA_STATE.new;
  if ((entry.state === OTA_STATE.valid || early) && partition) {
    advanceSecureVersion(traits, partition, console);
  }
  return slot;
}

function activeAllowed(
  traits: EspTraits,
  partitions: Partitions,
  data: OtaData,
  entries: OtaEntries,
  console: Console,
): 0 | 1 | null {
  if (partitions.slots === 0) return null;
  const allowed = entries.map((entry) => {
    if (!traits.antiRollback || !data.selectable(entry)) return data.selectable(entry);
    const partition = partitions.ota[otaSlot(entry.seq, partitions.slots)];
    return partition ? partitionAllowed(traits, partition, console) : false;
  });
  return data.active(entries, (entry) => allowed[entries.indexOf(entry)] === true);
}

/** Records the slot that runs on a chip whose otadata was still blank (`set_actual_ota_seq`). */
export function initialiseOtaData(
  traits: EspTraits,
  partitions: Partitions,
  slot: number,
  console: Console,
): void {
  const partition = partitions.ota[slot];
  if (partitions.otadata === null || !partition) return;
  new OtaData(traits, partitions.otadata).write(0, otaEntry(slot + 1, OTA_STATE.valid));
  console.log('I', 'boot', `Set actual ota_seq=${slot + 1} in otadata[0]`);
  advanceSecureVersion(traits, partition, console);
}
