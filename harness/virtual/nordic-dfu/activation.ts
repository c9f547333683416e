import { crc32 } from '#codecs/crc32.ts';
import { BANK_CODE, type DfuBank, type DfuSettings } from '#codecs/dfu-settings.ts';
import type { DfuLayout } from '#virtual/nordic-dfu/dfu-layout.ts';
import { updateStartOf } from '#virtual/nordic-dfu/dfu-progress.ts';
import type { SettingsPages } from '#virtual/nordic-dfu/settings-pages.ts';
import type { Storage } from '#virtual/storage.ts';

/** NRF_BL_FW_COPY_PROGRESS_STORE_STEP: pages copied between two notes of the progress. */
const STEP = 8;
/** A bank as `nrf_dfu_bank_invalidate` leaves it. */
export const NO_BANK: DfuBank = { size: 0, crc: 0, code: BANK_CODE.invalid };

/** What the boot loader of a chip works on. */
export interface DfuGround {
  readonly storage: Storage;
  readonly layout: DfuLayout;
  readonly pages: SettingsPages;
}

/**
 * Copies an update that was received whole to where it runs, from wherever an interrupted copy has got to. Bank 1 is cleared
 * whatever comes of it, so that a copy that went wrong is not tried again. Null: there is nothing to activate.
 */
export function activate(ground: DfuGround, settings: DfuSettings): DfuSettings | null {
  if (settings.bank1.code !== BANK_CODE.application) return null;
  const copied = copy(ground, settings);
  const { storage, layout } = ground;
  const { size, crc } = settings.bank1;
  const found = crc32(storage.bytes.subarray(layout.application, layout.application + size));
  const bank0 = found === crc ? { size, crc, code: BANK_CODE.application } : copied.bank0;
  return ground.pages.store({ ...copied, bank0, bank1: NO_BANK });
}

/** Step by step, each no longer than the two banks are apart, so that a step can be repeated. */
function copy({ storage, layout, pages }: DfuGround, before: DfuSettings): DfuSettings {
  const { page } = storage.shape;
  const source = updateStartOf(before);
  const apart = Math.floor((source - layout.application) / page);
  let settings = before;
  // A single bank: the update was received where it runs.
  if (apart === 0) return settings;
  while (settings.writeOffset < settings.bank1.size) {
    const { writeOffset } = settings;
    const bytes = Math.min(Math.min(STEP, apart) * page, settings.bank1.size - writeOffset);
    const target = layout.application + writeOffset;
    storage.erase(target, Math.ceil(bytes / page) * page);
    for (let at = 0; at < bytes; at += page) {
      const piece = storage.bytes.slice(
        source + writeOffset + at,
        source + writeOffset + Math.min(at + page, bytes),
      );
      storage.write(target + at, wholeWords(piece, storage.shape.word));
    }
    settings = pages.store({ ...settings, writeOffset: writeOffset + bytes });
  }
  return settings;
}

/** Bytes up to the next word, the rest erased value. */
export function wholeWords(bytes: Uint8Array, word: number): Uint8Array {
  const filled = new Uint8Array(Math.ceil(bytes.length / word) * word).fill(0xff);
  filled.set(bytes);
  return filled;
}
