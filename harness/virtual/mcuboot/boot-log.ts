import type { SwapState, TrailerFlag } from '#codecs/mcuboot-trailer.ts';
import { SWAP_TYPE_NUMBER } from '#codecs/mcuboot-trailer.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';

/** What a boot loader says before it does anything. */
export const BANNER: readonly string[] = [
  '*** Booting MCUboot v2.4.0 ***',
  '*** Using Zephyr OS build v4.4.0 ***',
];

const FLAG_NUMBER: Readonly<Record<TrailerFlag, number>> = { set: 1, bad: 2, unset: 3 };

/** Prints a trailer as bootutil does. */
export function logState(loader: Loader, area: string, state: SwapState): void {
  const type = SWAP_TYPE_NUMBER[state.swapType];
  const flags = `copy_done=0x${FLAG_NUMBER[state.copyDone]}, image_ok=0x${FLAG_NUMBER[state.imageOk]}`;
  loader.info(`${area}: magic=${state.magic}, swap_type=0x${type}, ${flags}`);
}
