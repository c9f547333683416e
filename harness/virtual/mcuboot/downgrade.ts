import { compareVersions } from '#codecs/mcuboot-version.ts';
import { imageCounter } from '#virtual/mcuboot/counter.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { BootStatus } from '#virtual/mcuboot/status.ts';
import { readSwapSize } from '#virtual/mcuboot/trailer.ts';

const ERASED = 0xffff_ffff;

/** Downgrade prevention for a swap: an older image in the secondary slot is erased. Equal ones pass. */
export function isDowngrade(loader: Loader, headers: Headers, source: BootStatus['source']): boolean {
  const { downgradePrevention } = loader.profile;
  if (downgradePrevention === 'none') return false;
  const older =
    downgradePrevention === 'version' ? isOlder(loader, headers) : hasLessCounter(loader, headers);
  if (!older || isOwnRequest(loader, source)) return false;
  loader.info(`Image ${loader.index} in slot 1 erased due to downgrade prevention`);
  loader.secondary.scramble();
  return true;
}

/** Whether the update's version is lower than that of the image that runs. */
export function isOlder(loader: Loader, { primary, secondary }: Headers): boolean {
  if (loader.flawed('mcuboot/no-version-check')) return false;
  if (loader.flawed('mcuboot/version-major-only')) return secondary.version.major < primary.version.major;
  const useBuild = loader.profile.comparesBuildNumber && !loader.flawed('mcuboot/build-number-ignored');
  return compareVersions(secondary.version, primary.version, useBuild) < 0;
}

/** Where the image that runs has no counter, every update may come. */
function hasLessCounter(loader: Loader, { primary, secondary }: Headers): boolean {
  if (loader.flawed('mcuboot/counter-not-checked')) return false;
  const running = imageCounter(loader, loader.imageIn('primary'), primary);
  if (running === null) return false;
  const offered = imageCounter(loader, loader.imageIn('secondary'), secondary);
  if (offered === null) return !loader.flawed('mcuboot/counter-missing-accepted');
  return offered < running;
}

/**
 * In swap-using-move a revert that was interrupted at its start looks like a permanent update to an older image, and
 * bootutil refuses it as a downgrade: the old image is erased and the update on trial stays. A sound boot loader knows
 * its own request by the swap size in it, which no application writes, and decides no second time once its journal is
 * open and the request gone.
 */
function isOwnRequest(loader: Loader, source: BootStatus['source']): boolean {
  if (loader.profile.mode !== 'swap-using-move') return false;
  if (loader.flawed('mcuboot/revert-taken-for-downgrade')) return false;
  if (source === 'primary') return true;
  const { imageOk, copyDone } = loader.state(loader.primary);
  const isFinal = imageOk === 'set' && copyDone === 'set';
  return !isFinal && readSwapSize(loader.secondary) !== ERASED;
}
