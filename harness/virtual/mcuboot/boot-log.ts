import type { SwapState, TrailerFlag } from '#codecs/mcuboot-trailer.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { swapTypeNumber } from '#virtual/mcuboot/trailer.ts';

/** What a boot loader says before it does anything. */
export const BANNER: readonly string[] = [
  '*** Booting MCUboot v2.4.0 ***',
  '*** Using Zephyr OS build v4.4.0 ***',
];

const FLAG_NUMBER: Readonly<Record<TrailerFlag, number>> = { set: 1, bad: 2, unset: 3 };

/** Prints a trailer as bootutil does; `state` is what was read of it. */
export function logState(loader: Loader, area: string, slot: Slot, state: SwapState): void {
  const type = swapTypeNumber(slot);
  const flags = `copy_done=0x${FLAG_NUMBER[state.copyDone]}, image_ok=0x${FLAG_NUMBER[state.imageOk]}`;
  loader.info(`${area}: magic=${state.magic}, swap_type=0x${type.toString(16)}, ${flags}`);
}
