import type { FlashArea } from '#core/board.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import type { McubootLayout, RamWindow } from '#virtual/mcuboot/slot.ts';

/** Flash of the nRF52840: 1 MiB in pages of 4 KiB, written in words. */
export const flash = { size: 0x10_0000, page: 0x1000, word: 4 } as const;

/** RAM behind what the boot loader itself uses, and where in it images are loaded to. */
const ram: RamWindow = { start: 0x2001_0000, size: 0x3_0000 };
export const RAM_ADDRESS = ram.start;

const boot: FlashArea = { name: 'boot', offset: 0, size: 0xc000 };
const storage: FlashArea = { name: 'storage', offset: 0xf_8000, size: 0x8000 };

/**
 * Where MCUboot's areas lie: Zephyr's default partitions of the board, two equal slots between boot loader and settings.
 * A build that swaps through scratch takes that partition from their end.
 */
export function layoutOf({ mode, scratchSize }: McubootProfile): McubootLayout {
  const start = boot.size;
  const taken = mode === 'swap-using-scratch' ? scratchSize : 0;
  const pages = Math.floor((storage.offset - taken - start) / 2 / flash.page);
  const size = pages * flash.page;
  const slots = {
    primary: { name: 'slot0', offset: start, size },
    secondary: { name: 'slot1', offset: start + size, size },
  };
  if (mode.startsWith('ram-load')) return { ...slots, ram };
  if (taken === 0) return slots;
  return { ...slots, scratch: { name: 'scratch', offset: storage.offset - taken, size: taken } };
}

/** Where in the update slot an update begins: a swap using offset leaves the first sector free. */
export function updateStart({ mode }: McubootProfile): number {
  return mode === 'swap-using-offset' ? flash.page : 0;
}

/** All areas of the board's flash, in the order of their addresses. */
export function areasOf({ primary, secondary, scratch }: McubootLayout): readonly FlashArea[] {
  return [boot, primary, secondary, ...(scratch === undefined ? [] : [scratch]), storage];
}

const { primary, secondary } = layoutOf(SOUND_PROFILE);
/** The slots of the board as its test firmware configures it. */
export const slot0: FlashArea = primary;
export const slot1: FlashArea = secondary;
