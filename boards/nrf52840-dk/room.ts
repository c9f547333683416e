import { Loader } from '#virtual/mcuboot/loader.ts';
import type { McubootProfile } from '#virtual/mcuboot/profile.ts';
import { Storage } from '#virtual/storage.ts';
import { flash, layoutOf } from './layout.ts';

const known = new WeakMap<McubootProfile, number>();

/** Largest image that a build of the boot loader has room for, header to end of TLVs; it says so itself. */
export function maxImageSizeOf(profile: McubootProfile): number {
  const before = known.get(profile);
  if (before !== undefined) return before;
  const { maxImageSize } = new Loader({
    storage: new Storage({ ...flash, fuses: 0, kind: 'nrf52-nvmc' }),
    layout: layoutOf(profile),
    profile,
    trustedKeys: [],
    classId: new Uint8Array(16),
    flaws: new Set(),
  });
  known.set(profile, maxImageSize);
  return maxImageSize;
}
