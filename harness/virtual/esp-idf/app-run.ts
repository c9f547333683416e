import { hash } from 'node:crypto';
import { APP_DESCRIPTOR_AT, APP_DESCRIPTOR_LENGTH, cString } from '#codecs/esp-app-desc.ts';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import { decodePayload, PAYLOAD_LENGTH, type Payload } from '#codecs/payload.ts';
import type { PartitionRow } from '#codecs/esp-partition.ts';
import { readDescriptor } from '#virtual/esp-idf/anti-rollback.ts';
import type { LoadedImage } from '#virtual/esp-idf/loaded-image.ts';
import { MMU_PAGE, placement } from '#virtual/esp-idf/memory-map.ts';
import { OtaData } from '#virtual/esp-idf/ota-data.ts';
import { slotOf, type Partitions } from '#virtual/esp-idf/partitions.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';
import type { BootedApp } from '#virtual/silicon.ts';

const MANIFEST_AT = APP_DESCRIPTOR_AT + APP_DESCRIPTOR_LENGTH;

/** What runs once the boot loader has jumped into an image, judged from the image's bytes. */
export function runApp(
  traits: EspTraits,
  partitions: Partitions,
  partition: PartitionRow,
  image: LoadedImage,
): BootedApp {
  const { flash } = traits;
  const confirmed = isConfirmed(traits, partitions, partition);
  const descriptor = readDescriptor(traits, partition);
  const manifest = executable(traits, image);
  const version = cString(descriptor?.version ?? '');
  if (manifest === null || descriptor === null) {
    // Damaged code is not the build whose name it still carries: it goes by the digest of what is really there.
    const identity = hash('sha256', flash.view(image.start, image.end), 'hex');
    const buildId = '0'.repeat(16);
    return {
      slot: partition.label,
      identity,
      version,
      confirmed,
      buildId,
      product: '',
      behaviour: 'crashes',
    };
  }
  const identity = Buffer.from(descriptor.elfSha256).toString('hex');
  return { slot: partition.label, identity, version, confirmed, ...manifest };
}

/**
 * The manifest of code that can run: it is intact, the entry point lies in a segment, mapped pages lie as they were
 * linked, and no word of any segment reads as erased flash, which is no instruction.
 */
function executable(traits: EspTraits, image: LoadedImage): Payload | null {
  const { flash } = traits;
  const { entry } = image.header;
  const { memory } = traits.chip;
  const entered = image.segments.some(
    ({ loadAddress, length }) =>
      placement(memory, loadAddress) !== '' && entry >= loadAddress && entry < loadAddress + length,
  );
  const erased = image.segments.some(
    ({ at, length }) => traits.facts.segment(flash.view(at, at + length)).erased,
  );
  // Read through a map that is shifted, code and constants are others.
  const shifted = image.segments.some(
    ({ loadAddress, at }) =>
      placement(memory, loadAddress) === 'map' && at % MMU_PAGE !== loadAddress % MMU_PAGE,
  );
  if (!entered || erased || shifted) return null;
  const at = image.start + MANIFEST_AT;
  return decodePayload(flash.view(at, at + PAYLOAD_LENGTH));
}

/** Whether nothing on record would make the boot loader give this application up at the next reset. */
function isConfirmed(traits: EspTraits, partitions: Partitions, partition: PartitionRow): boolean {
  const slot = slotOf(partition);
  if (slot === null || partitions.otadata === null) return true;
  const state = new OtaData(traits, partitions.otadata).stateOf(slot, partitions.slots);
  return state !== OTA_STATE.new && state !== OTA_STATE.pendingVerify;
}
