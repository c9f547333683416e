import type { SwapState } from '#codecs/mcuboot-trailer.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Peer } from '#virtual/mcuboot/peers.ts';
import { setImageOk, writeCopyDone } from '#virtual/mcuboot/trailer.ts';

/** True from the first boot of an image until it is confirmed. */
export function isTrial({ copyDone, imageOk }: SwapState): boolean {
  return copyDone === 'set' && imageOk !== 'set';
}

/** Notes that an image is about to have its trial. One that had it, or that nobody asked for, is erased. */
export function admitsTrial(loader: Loader, { slot }: Peer): boolean {
  const state = loader.state(slot);
  if (state.magic !== 'good' || isTrial(state)) {
    slot.scramble();
    return false;
  }
  // Before the image is validated: where that fails, the trailer is erased with it.
  if (state.copyDone !== 'set') writeCopyDone(slot);
  if (loader.flawed('mcuboot/test-is-permanent')) setImageOk(slot);
  return true;
}
