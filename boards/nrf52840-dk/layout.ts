import type { FlashArea } from '#core/board.ts';
import type { TrailerShape } from '#codecs/mcuboot-trailer.ts';

/** Flash of the nRF52840: 1 MiB in pages of 4 KiB, written in words. */
export const flash = { size: 0x10_0000, page: 0x1000, word: 4 } as const;

/** Zephyr's default partitions of the board, with the settings area behind the slots. */
export const slot0: FlashArea = { name: 'slot0', offset: 0xc000, size: 0x7_6000 };
export const slot1: FlashArea = { name: 'slot1', offset: 0x8_2000, size: 0x7_6000 };
export const areas: readonly FlashArea[] = [
  { name: 'boot', offset: 0, size: 0xc000 },
  slot0,
  slot1,
  { name: 'storage', offset: 0xf_8000, size: 0x8000 },
];

/** How the boot loader lays trailers out: BOOT_MAX_ALIGN 8, BOOT_MAX_IMG_SECTORS 128. */
export const trailerShape: TrailerShape = {
  slotSize: slot1.size,
  maxAlign: 8,
  writeSize: flash.word,
  maxSectors: 128,
};
