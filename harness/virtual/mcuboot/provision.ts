import { BURNED } from '#virtual/mcuboot/counter.ts';
import type { McubootLayout } from '#virtual/mcuboot/slot.ts';
import type { StorageShape } from '#virtual/storage.ts';

/** Content of a chip that leaves the factory: one image, final, and the security counter provisioned. */
export function factoryContent(
  shape: StorageShape,
  layout: McubootLayout,
  image: Uint8Array,
  counter: number,
): { readonly flash: Uint8Array; readonly fuses: Uint32Array } {
  const flash = new Uint8Array(shape.size).fill(0xff);
  flash.set(image, layout.primary.offset);
  const fuses = new Uint32Array(shape.fuses).fill(BURNED, 0, counter);
  return { flash, fuses };
}
