import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import { BURNED } from '#virtual/mcuboot/counter.ts';
import { type McubootProfile, SOUND_PROFILE, trailerOf } from '#virtual/mcuboot/profile.ts';
import type { McubootLayout } from '#virtual/mcuboot/slot.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** Content of a chip that leaves the factory: one image, final, and the security counter provisioned. */
export function factoryContent(
  shape: StorageShape,
  layout: McubootLayout,
  image: Uint8Array,
  counter: number,
  profile: McubootProfile = SOUND_PROFILE,
): { readonly flash: Uint8Array; readonly fuses: Uint32Array } {
  const { primary } = layout;
  const flash = new Uint8Array(shape.size).fill(0xff);
  flash.set(image, primary.offset);
  if (isErasedUnmarked(profile)) {
    const trailer = { ...trailerOf(profile), slotSize: primary.size, writeSize: shape.word };
    const { offset, bytes } = encodeTrailer(trailer, { magic: true, copyDone: 1, imageOk: 1 });
    flash.set(bytes, primary.offset + offset);
  }
  const fuses = new Uint32Array(shape.fuses).fill(BURNED, 0, counter);
  return { flash, fuses };
}

/** Where slots are peers and images have a trial, one without a trailer is erased at its first boot. */
function isErasedUnmarked({ mode }: McubootProfile): boolean {
  return mode.endsWith('-revert');
}
