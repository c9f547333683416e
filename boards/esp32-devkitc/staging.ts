import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import {
  activeEntry,
  decodeOtaEntry,
  encodeOtaEntry,
  nextEntry,
  OTA_STATE,
  otaSlot,
  type OtaEntries,
} from '#codecs/esp-otadata.ts';
import type { FlashWrite, StagingPlan } from '#drivers/update/flash-staged.ts';
import { partitionRows, SLOT_SIZE } from './layout.ts';
import type { EspProfile } from './profile.ts';

const SECTOR = 0x1000;
const SLOTS = ['ota_0', 'ota_1'] as const;

/** What staging has to know of a board besides the image. */
export interface StagingPlace {
  readonly profile: EspProfile;
  readonly probe: FlashProbe;
  /** Distance of the two otadata entries: a sector, except on a board built to keep both in one. */
  readonly stride: number;
}

/**
 * What a probe writes so that ESP-IDF's boot loader finds an update: the image into the slot that does not run, and the
 * boot selection for it as `esp_ota_set_boot_partition` would leave it: on trial, or (`permanent`) as without rollback.
 */
export async function stagingPlan(
  { profile, probe, stride }: StagingPlace,
  image: Uint8Array,
  mode: 'test' | 'permanent',
  options: CallOptions,
): Promise<StagingPlan> {
  if (image.length > SLOT_SIZE) {
    return { refused: `${image.length} bytes do not fit the slot of ${SLOT_SIZE}` };
  }
  const otadata = offsetOf(profile, 'otadata');
  const bytes = await probe.read(otadata, 2 * SECTOR, { signal: options.signal });
  const entries: OtaEntries = [decodeOtaEntry(bytes), decodeOtaEntry(bytes.subarray(stride))];
  const active = activeEntry(entries);
  const slot = active === null ? 0 : (otaSlot(entries[active].seq, SLOTS.length) + 1) % SLOTS.length;
  const state = mode === 'test' && profile.rollback ? OTA_STATE.new : OTA_STATE.undefined;
  const { index, entry } = nextEntry(entries, slot, SLOTS.length, state);
  bytes.set(encodeOtaEntry(entry), index * stride);
  const start = index * stride - ((index * stride) % SECTOR);
  const selection: FlashWrite = { address: otadata + start, bytes: bytes.slice(start, start + SECTOR) };
  const whole = new Uint8Array(SLOT_SIZE).fill(0xff);
  whole.set(image);
  return { writes: [{ address: offsetOf(profile, SLOTS[slot] ?? SLOTS[0]), bytes: whole }, selection] };
}

function offsetOf(profile: EspProfile, label: string): number {
  return partitionRows(profile).find((row) => row.label === label)?.offset ?? 0;
}
