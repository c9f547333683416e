import assert from 'node:assert/strict';
import { decodeOtaEntry, encodeOtaEntry, otaEntry, type OtaEntry } from '#codecs/esp-otadata.ts';
import type { ImageSpec } from '#core/image.ts';
import { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { ESP_SHAPE, provisionedContent, type Provisioning } from '#virtual/esp-idf/provision.ts';
import { Storage } from '#virtual/storage.ts';
import type { BootedApp } from '#virtual/silicon.ts';
import { buildImage } from '../../../boards/esp32-devkitc/firmware.ts';
import { encryptionOf } from '../../../boards/esp32-devkitc/encryption.ts';
import { goldenSetup } from '../../../boards/esp32-devkitc/golden.ts';
import { PLAIN, type EspProfile } from '../../../boards/esp32-devkitc/profile.ts';

/** How a chip for a test departs from the golden board. */
export interface ChipSpec {
  /** Default PLAIN. */
  readonly profile?: EspProfile;
  readonly flaws?: readonly string[];
  readonly setup?: Partial<Provisioning>;
}

/** A provisioned chip, golden unless told otherwise. */
export function espChip(spec: ChipSpec = {}): EspChip {
  const profile = spec.profile ?? PLAIN;
  const flaws = new Set(spec.flaws ?? []);
  const storage = new Storage(ESP_SHAPE);
  storage.load(provisionedContent({ ...goldenSetup(profile, flaws), ...spec.setup }));
  return new EspChip(storage, { ...profile, flashEncryption: encryptionOf(profile), flaws });
}

/** The application that runs after a reset. */
export function booted(chip: EspChip): BootedApp {
  const { app, log } = chip.boot();
  return app ?? assert.fail(log.join('\n'));
}

/** Bytes of a test image. */
export function bytesOf(spec: ImageSpec): Uint8Array {
  return buildImage(spec).bytes;
}

/** Address of an otadata entry. */
export const OTADATA = [0xd000, 0xe000] as const;
/** Address of the OTA slots. */
export const SLOTS = [0x110000, 0x210000] as const;

/** Replaces a stretch of flash, as a probe would: whole sectors are erased first. */
export function overwrite(chip: EspChip, address: number, bytes: Uint8Array): void {
  const length = Math.ceil(bytes.length / 0x1000) * 0x1000;
  chip.traits.flash.erase(address, length);
  const padded = new Uint8Array(Math.ceil(bytes.length / 16) * 16).fill(0xff);
  padded.set(bytes);
  chip.traits.flash.write(address, padded);
}

/** Writes an otadata entry past all rules; null leaves it blank. */
export function setEntry(chip: EspChip, index: 0 | 1, seq: number | null, state = 0): void {
  const bytes = seq === null ? new Uint8Array(32).fill(0xff) : encodeOtaEntry(otaEntry(seq, state));
  overwrite(chip, OTADATA[index], bytes);
}

/** The entries as they are in flash. */
export function entries(chip: EspChip): readonly [OtaEntry, OtaEntry] {
  const read = (at: number) => decodeOtaEntry(chip.traits.flash.view(at, at + 32));
  return [read(OTADATA[0]), read(OTADATA[1])];
}

/** Puts an image into the update's slot and selects it, past the application, and resets. */
export function bootStaged(chip: EspChip, image: Uint8Array): ReturnType<EspChip['boot']> {
  overwrite(chip, SLOTS[0], image);
  setEntry(chip, 0, 3, 0);
  return chip.boot();
}
