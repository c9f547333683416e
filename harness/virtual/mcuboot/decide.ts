import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import type { SwapType } from '#codecs/mcuboot-trailer.ts';
import { compareVersions } from '#codecs/mcuboot-version.ts';
import { logState } from '#virtual/mcuboot/boot-log.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { type BootStatus, freshStatus, journalledSwap, readStatusCells } from '#virtual/mcuboot/status.ts';
import { readSwapSize } from '#virtual/mcuboot/trailer.ts';
import { headerFits, imageIsValid } from '#virtual/mcuboot/validate.ts';

const ERASED = 0xffff_ffff;

/** Finds out whether a swap was interrupted, and where. */
export function readStatus(loader: Loader): BootStatus {
  const { primary, secondary } = loader;
  const status = freshStatus();
  const first = loader.state(primary);
  const second = loader.state(secondary);
  logState(loader, 'Primary image', first);
  logState(loader, 'Secondary image', second);
  if (first.magic === 'good' && first.copyDone === 'unset' && second.magic !== 'good') {
    loader.info('Boot source: primary slot');
    status.source = 'primary';
    readStatusCells(primary, status);
    status.swapType = journalledSwap(primary.byte(primary.at.swapInfo));
  } else {
    loader.info('Boot source: none');
  }
  return status;
}

/** What the trailers ask for, as the console shows it. */
export function requestedSwap(loader: Loader): SwapType {
  const type = swapTypeOf(loader.state(loader.primary), loader.state(loader.secondary));
  loader.info(`Image index: 0, Swap type: ${type}`);
  return type;
}

/** What will be done: the request where the other slot holds a valid image. */
export function validatedSwap(loader: Loader, headers: Headers, status: BootStatus): BootStatus['swapType'] {
  if (status.swapType !== 'none') {
    return secondaryIsValid(loader, headers, status) ? status.swapType : 'fail';
  }
  const type = requestedSwap(loader);
  if (type === 'none' || secondaryIsValid(loader, headers, status)) return type;
  return 'none';
}

/** Validates the image in the secondary slot; what is not valid is erased, so that it is not tried again. */
function secondaryIsValid(loader: Loader, headers: Headers, status: BootStatus): boolean {
  const { secondary, primary } = loader;
  const header = headers.secondary;
  if (header.magic === ERASED || (header.flags & HEADER_FLAG.nonBootable) !== 0) {
    secondary.scrambleTrailer();
    if (status.swapType === 'revert' || requestedSwap(loader) === 'revert') {
      primary.scrambleTrailer();
      loader.info('Cleared image 0 primary slot trailer due to stuck revert');
    }
    return false;
  }
  if (headerFits(header, secondary) && imageIsValid(loader, secondary, header)) return true;
  loader.error('Image in the secondary slot is not valid!');
  secondary.scramble();
  return false;
}

/** Validates the image that is about to run. */
export function primaryIsValid(loader: Loader, headers: Headers): boolean {
  const header = headers.primary;
  if (header.magic === ERASED || (header.flags & HEADER_FLAG.nonBootable) !== 0) return false;
  if (headerFits(header, loader.primary) && imageIsValid(loader, loader.primary, header)) return true;
  loader.error('Image in the primary slot is not valid!');
  return false;
}

/** Downgrade prevention for a swap: an older image in the secondary slot is erased. Equal versions pass. */
export function isDowngrade(loader: Loader, headers: Headers): boolean {
  const { protections } = loader.options;
  if (!protections.downgradeByVersion || loader.flawed('mcuboot/no-version-check')) return false;
  if (compare(loader, headers) >= 0 || isOwnRequest(loader)) return false;
  loader.info('Image 0 in slot 1 erased due to downgrade prevention');
  loader.secondary.scramble();
  return true;
}

/**
 * A revert that was interrupted at its start looks like a permanent update to an older image (see `fixUpRevert`), and
 * bootutil refuses it as a downgrade: the old image is erased and the update on trial stays. A sound boot loader knows
 * its own request by the swap size in it, which no application writes.
 */
function isOwnRequest(loader: Loader): boolean {
  if (loader.flawed('mcuboot/revert-taken-for-downgrade')) return false;
  const { imageOk, copyDone } = loader.state(loader.primary);
  const isFinal = imageOk === 'set' && copyDone === 'set';
  return !isFinal && readSwapSize(loader.secondary) !== ERASED;
}

function compare(loader: Loader, { primary, secondary }: Headers): number {
  if (loader.flawed('mcuboot/version-major-only')) return secondary.version.major - primary.version.major;
  const useBuild =
    loader.options.protections.comparesBuildNumber && !loader.flawed('mcuboot/build-number-ignored');
  return compareVersions(secondary.version, primary.version, useBuild);
}
