import { HEADER_FLAG, HEADER_MAGIC, type McubootHeader } from '#codecs/mcuboot-header.ts';
import type { SwapType } from '#codecs/mcuboot-trailer.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import type { BootStatus } from '#virtual/mcuboot/status.ts';
import type { Upgrade } from '#virtual/mcuboot/upgrade.ts';
import { headerFits, imageIsValid } from '#virtual/mcuboot/validate.ts';

const ERASED = 0xffff_ffff;

/** What the trailers ask for, as the console shows it. */
export function requestedSwap(loader: Loader): SwapType {
  const type = loader.swapType();
  loader.info(`Image index: ${loader.index}, Swap type: ${type}`);
  return type;
}

/** What will be done: the request where the other slot holds a valid image. */
export function validatedSwap(
  loader: Loader,
  upgrade: Upgrade,
  headers: Headers,
  status: BootStatus,
): BootStatus['swapType'] {
  const isValid = (requested: SwapType | null) =>
    secondaryIsValid(loader, upgrade, headers, status, requested);
  if (status.swapType !== 'none') return isValid(null) ? status.swapType : 'fail';
  const type = requestedSwap(loader);
  return type === 'none' || isValid(type) ? type : 'none';
}

/** Validates the image in the secondary slot; what is not valid is erased, so that it is not tried again. */
function secondaryIsValid(
  loader: Loader,
  upgrade: Upgrade,
  headers: Headers,
  status: BootStatus,
  requested: SwapType | null,
): boolean {
  const { secondary } = loader;
  const header = headers.secondary;
  if (isAbsent(loader, header)) {
    upgrade.clearEmpty(loader, status);
    return false;
  }
  const screening = upgrade.screen(loader, headers, status, requested);
  if (screening === 'erased') return false;
  if (loader.flawed('mcuboot/validated-after-swap')) return true;
  if (screening === 'passed' && imageHolds(loader, loader.imageIn('secondary'), header)) return true;
  loader.error('Image in the secondary slot is not valid!');
  secondary.scramble();
  return false;
}

/** Whether a slot counts as empty: nothing is there, or what is there must not be booted. */
export function isAbsent(loader: Loader, { magic, flags }: McubootHeader): boolean {
  if (magic === ERASED) return true;
  return (flags & HEADER_FLAG.nonBootable) !== 0 && !loader.flawed('mcuboot/non-bootable-ignored');
}

/** Validates the image that is about to run, as thoroughly as the build says. */
export function primaryMayRun(loader: Loader, { primary: header }: Headers): boolean {
  return loader.profile.validatePrimary ? primaryIsValid(loader, header) : hasMagic(loader, header);
}

function primaryIsValid(loader: Loader, header: McubootHeader): boolean {
  if (isAbsent(loader, header)) return false;
  if (imageHolds(loader, loader.imageIn('primary'), header)) return true;
  loader.error('Image in the primary slot is not valid!');
  return false;
}

function imageHolds(loader: Loader, image: ImageSource, header: McubootHeader): boolean {
  return headerFits(loader, header, image) && imageIsValid(loader, image, header);
}

function hasMagic(loader: Loader, { magic }: McubootHeader): boolean {
  if (magic === HEADER_MAGIC) return true;
  loader.error(`Bad image magic 0x${magic.toString(16)}; Image=${loader.index}`);
  return false;
}
