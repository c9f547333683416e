import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import type { StagingPlan } from '#drivers/update/flash-staged.ts';
import { slot1, trailerShape } from './layout.ts';

/** What a probe writes so that MCUboot finds an update: the whole update slot, image at its start, request at its end. */
export function stagingPlan(image: Uint8Array, mode: 'test' | 'permanent'): StagingPlan {
  if (image.length > slot1.size) {
    return { refused: `${image.length} bytes do not fit the slot of ${slot1.size}` };
  }
  const slot = new Uint8Array(slot1.size).fill(0xff);
  slot.set(image);
  const trailer = encodeTrailer(
    trailerShape,
    mode === 'test' ? { magic: true, swapType: 'test' } : { magic: true, swapType: 'perm', imageOk: 1 },
  );
  slot.set(trailer.bytes, trailer.offset);
  return { writes: [{ address: slot1.offset, bytes: slot }] };
}
