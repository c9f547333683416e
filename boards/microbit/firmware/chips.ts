import type { FlashArea } from '#core/board.ts';

/** A chip that the reference firmware is built for, and where its parts lie. Sizes in bytes. */
export interface FirmwareChip {
  readonly id: 'nrf51822' | 'nrf52832' | 'nrf52840';
  /** Board whose console and button are used. */
  readonly board: string;
  /** As the compiler calls it. */
  readonly processor: 'cortex_m0' | 'cortex_m4';
  readonly flash: { readonly size: number; readonly page: number; readonly word: 4 };
  readonly ram: { readonly start: number; readonly size: number };
  readonly boot: FlashArea;
  readonly slot0: FlashArea;
  readonly slot1: FlashArea;
  /** BOOT_MAX_IMG_SECTORS: pages of a slot, at least. */
  readonly maxSectors: number;
  /** Words of the security counter, cleared one by one; each is one step. */
  readonly counter: { readonly address: number; readonly words: number };
  /** Of port 0. */
  readonly pins: { readonly tx: number; readonly rx: number; readonly button: number };
}

/** Watchdog of the sound firmware: longer than any step of a swap. */
export const WATCHDOG_MS = 4000;

/** Bytes of the SMP packet buffer. */
export const SMP_BUFFER = 1024;

/** RAM of the nRF51 and the nRF52 begins here. */
const RAM = 0x2000_0000;
const SLOT_PAGES = 16;
const BOOT_SIZE = 0x1_4000;

/**
 * The counter has the page behind the slots, and not UICR's customer words: QEMU forgets those at every reset, and on a
 * chip only an erase of everything brings them back, so that a rig that tests itself would use them up.
 */
function areasOf(page: number): Pick<FirmwareChip, 'boot' | 'slot0' | 'slot1' | 'maxSectors' | 'counter'> {
  const size = SLOT_PAGES * page;
  return {
    boot: { name: 'boot', offset: 0, size: BOOT_SIZE },
    slot0: { name: 'slot0', offset: BOOT_SIZE, size },
    slot1: { name: 'slot1', offset: BOOT_SIZE + size, size },
    maxSectors: 2 * SLOT_PAGES,
    counter: { address: BOOT_SIZE + 2 * size, words: 32 },
  };
}

/** What sets the chips apart. */
interface Kind extends Pick<FirmwareChip, 'id' | 'board' | 'processor' | 'pins'> {
  readonly flash: number;
  readonly page: number;
  readonly ram: number;
}

function chipOf({ id, board, pins, processor, flash, page, ram }: Kind): FirmwareChip {
  return {
    id,
    board,
    processor,
    flash: { size: flash, page, word: 4 },
    ram: { start: RAM, size: ram },
    ...areasOf(page),
    pins,
  };
}

/** The chip of the micro:bit, as QEMU emulates it. */
export const nrf51822: FirmwareChip = chipOf({
  id: 'nrf51822',
  board: 'microbit',
  processor: 'cortex_m0',
  flash: 0x4_0000,
  page: 0x400,
  ram: 0x4000,
  pins: { tx: 24, rx: 25, button: 17 },
});

/** The nRF52 that serve here have processor, pages and console in common. */
const nrf52 = (kind: Pick<Kind, 'id' | 'board' | 'flash' | 'ram'>, button: number): FirmwareChip =>
  chipOf({ ...kind, processor: 'cortex_m4', page: 0x1000, pins: { tx: 6, rx: 8, button } });

/** The chip of the nRF52 DK. */
export const nrf52832: FirmwareChip = nrf52(
  { id: 'nrf52832', board: 'nrf52dk_nrf52832', flash: 0x8_0000, ram: 0x1_0000 },
  13,
);

/** The chip of the nRF52840 DK. */
export const nrf52840: FirmwareChip = nrf52(
  { id: 'nrf52840', board: 'nrf52840dk_nrf52840', flash: 0x10_0000, ram: 0x4_0000 },
  11,
);

/** All of them. */
export const firmwareChips: readonly FirmwareChip[] = [nrf51822, nrf52832, nrf52840];
