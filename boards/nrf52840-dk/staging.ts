import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import type { StagingPlan } from '#drivers/update/flash-staged.ts';
import { type McubootProfile, trailerOf } from '#virtual/mcuboot/profile.ts';
import { flash, layoutOf } from './layout.ts';

/** What a probe writes so that MCUboot finds an update: the whole update slot, the image in it, request at its end. */
export function stagingPlan(
  profile: McubootProfile,
  image: Uint8Array,
  mode: 'test' | 'permanent',
): StagingPlan {
  const area = layoutOf(profile).secondary;
  const start = updateStart(profile);
  if (start + image.length > area.size) {
    return { refused: `${image.length} bytes do not fit the slot of ${area.size - start}` };
  }
  const slot = new Uint8Array(area.size).fill(0xff);
  slot.set(image, start);
  const trailer = encodeTrailer(
    { ...trailerOf(profile), slotSize: area.size, writeSize: flash.word },
    mode === 'test' ? { magic: true, swapType: 'test' } : { magic: true, swapType: 'perm', imageOk: 1 },
  );
  slot.set(trailer.bytes, trailer.offset);
  return { writes: [{ address: area.offset, bytes: slot }] };
}

/** Where in the update slot an update begins: a swap using offset leaves the first sector free. */
function updateStart({ mode }: McubootProfile): number {
  return mode === 'swap-using-offset' ? flash.page : 0;
}
