import assert from 'node:assert/strict';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { type BootModeName, type McubootProfile, profileWith, trailerOf } from '#virtual/mcuboot/profile.ts';
import { NRF52840_LAYOUT, referenceChipOf, referenceImage } from '#virtual/mcuboot/reference.ts';
import { Slot } from '#virtual/mcuboot/slot.ts';
import type { BootedApp } from '#virtual/silicon.ts';
import type { StorageOperation } from '#virtual/storage.ts';

/** An update of three pages, its counter one above golden's. */
export const update = referenceImage({
  version: '1.3.0',
  counter: 3,
  size: 9000,
  buildId: '00000000000000bb',
});

/** A chip that runs golden, and its slots. */
export function bench(mode: BootModeName, options: Partial<McubootProfile> = {}) {
  const profile = profileWith({ ...options, mode });
  const chip = referenceChipOf(profile);
  const slot = (area: typeof NRF52840_LAYOUT.primary) => new Slot(chip.storage, area, trailerOf(profile));
  return { chip, primary: slot(NRF52840_LAYOUT.primary), secondary: slot(NRF52840_LAYOUT.secondary) };
}

/** The application that a boot ends in. */
export function running(chip: McubootChip): BootedApp {
  const { app, log } = chip.boot();
  return app ?? assert.fail(log.join('\n'));
}

/** Transfers an image as an application does; it is not asked for yet. */
export function upload({ images }: McubootChip, image: Uint8Array): void {
  images.erase(image.length);
  for (let at = 0; at < image.length; at += 512) images.write(at, image.subarray(at, at + 512));
}

/** What an action does to flash and fuses; nothing is left of it. */
export function traceOf({ storage }: McubootChip, action: () => void): readonly StorageOperation[] {
  const trace: StorageOperation[] = [];
  const mark = storage.mark();
  storage.onOperation = (operation) =>
    trace.push(operation.kind === 'write' ? { ...operation, data: operation.data.slice() } : operation);
  action();
  storage.onOperation = null;
  storage.rewind(mark);
  return trace;
}

/** Changes flash as nothing on the chip could. */
export function damage({ storage }: McubootChip, edit: (flash: Uint8Array) => void): void {
  const content = storage.save();
  edit(content.flash);
  storage.load(content);
}
