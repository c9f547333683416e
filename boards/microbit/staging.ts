import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import type { StagingPlan } from '#drivers/update/flash-staged.ts';
import { trailerOf } from '#virtual/mcuboot/profile.ts';
import type { FirmwareChip } from './firmware/chips.ts';
import { PROFILE } from './reference-facts.ts';

/** What a probe writes so that the boot loader finds an update: the whole second slot, the image in it, the request at its end. */
export function stagingPlan(
  { slot1: { offset, size }, flash }: FirmwareChip,
  image: Uint8Array,
  mode: 'test' | 'permanent',
): StagingPlan {
  if (image.length > size) return { refused: `${image.length} bytes do not fit the slot of ${size}` };
  const slot = new Uint8Array(size).fill(0xff);
  slot.set(image);
  const trailer = encodeTrailer(
    { ...trailerOf(PROFILE), slotSize: size, writeSize: flash.word },
    mode === 'test' ? { magic: true, swapType: 'test' } : { magic: true, swapType: 'perm', imageOk: 1 },
  );
  slot.set(trailer.bytes, trailer.offset);
  return { writes: [{ address: offset, bytes: slot }] };
}
