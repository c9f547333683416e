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
 * Where MCUboot's areas lie: Zephyr's default partitions of the board, two equal slots between boot loader and settings;
 * four where there are two images. A build that swaps through scratch takes that partition from their end.
 */
export function layoutOf({ mode, scratchSize, images }: McubootProfile): McubootLayout {
  const taken = mode === 'swap-using-scratch' ? scratchSize : 0;
  const [slot0, slot1, slot2, slot3] = slotsOf(storage.offset - taken, 2 * images);
  return {
    primary: slot0 ?? boot,
    secondary: slot1 ?? boot,
    ...(slot2 === undefined || slot3 === undefined ? {} : { second: { primary: slot2, secondary: slot3 } }),
    ...(mode.startsWith('ram-load') ? { ram } : {}),
    ...(taken === 0 ? {} : { scratch: { name: 'scratch', offset: storage.offset - taken, size: taken } }),
  };
}

/** So many equal slots between the boot loader and `end`. */
function slotsOf(end: number, count: number): readonly FlashArea[] {
  const start = boot.size;
  const size = Math.floor((end - start) / count / flash.page) * flash.page;
  return Array.from({ length: count }, (_, index) => ({
    name: `slot${index}`,
    offset: start + index * size,
    size,
  }));
}

/** Where in the update slot an update begins: a swap using offset leaves the first sector free. */
export function updateStart({ mode }: McubootProfile): number {
  return mode === 'swap-using-offset' ? flash.page : 0;
}

/** All areas of the board's flash, in the order of their addresses. */
export function areasOf({ primary, secondary, second, scratch }: McubootLayout): readonly FlashArea[] {
  const others = [second?.primary, second?.secondary, scratch].filter((area) => area !== undefined);
  return [boot, primary, secondary, ...others, storage];
}

const { primary, secondary } = layoutOf(SOUND_PROFILE);
/** The slots of the board as its test firmware configures it. */
export const slot0: FlashArea = primary;
export const slot1: FlashArea = secondary;
