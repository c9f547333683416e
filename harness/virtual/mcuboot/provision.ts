import type { FlashArea } from '#core/board.ts';
import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import { BURNED } from '#virtual/mcuboot/counter.ts';
import { type McubootProfile, SOUND_PROFILE, trailerOf } from '#virtual/mcuboot/profile.ts';
import type { McubootLayout } from '#virtual/mcuboot/slot.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** Content of a chip that leaves the factory: its images, final, and their security counters provisioned. */
export function factoryContent(
  shape: StorageShape,
  layout: McubootLayout,
  image: Uint8Array,
  counter: number,
  profile: McubootProfile = SOUND_PROFILE,
  secondImage?: Uint8Array,
): { readonly flash: Uint8Array; readonly fuses: Uint32Array } {
  const flash = new Uint8Array(shape.size).fill(0xff);
  const fuses = new Uint32Array(shape.fuses);
  const places = [
    [layout.primary, image],
    [layout.second?.primary, secondImage],
  ] as const;
  for (const [index, [area, bytes]] of places.entries()) {
    if (area === undefined || bytes === undefined) continue;
    flash.set(bytes, area.offset);
    if (isErasedUnmarked(profile)) markFinal(flash, area, shape, profile);
    const first = index * Math.floor(shape.fuses / profile.images);
    fuses.fill(BURNED, first, first + counter);
  }
  return { flash, fuses };
}

function markFinal(
  flash: Uint8Array,
  area: FlashArea,
  { word }: StorageShape,
  profile: McubootProfile,
): void {
  const trailer = { ...trailerOf(profile), slotSize: area.size, writeSize: word };
  const { offset, bytes } = encodeTrailer(trailer, { magic: true, copyDone: 1, imageOk: 1 });
  flash.set(bytes, area.offset + offset);
}

/** Where slots are peers and images have a trial, one without a trailer is erased at its first boot. */
function isErasedUnmarked({ mode }: McubootProfile): boolean {
  return mode.endsWith('-revert');
}
