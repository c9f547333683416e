import { advanceCounter } from '#virtual/mcuboot/counter.ts';
import { isOlder } from '#virtual/mcuboot/downgrade.ts';
import { assertionFailed } from '#virtual/mcuboot/halt.ts';
import { headerAt, type Headers } from '#virtual/mcuboot/headers.ts';
import { copyRegion } from '#virtual/mcuboot/journal.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { freshStatus } from '#virtual/mcuboot/status.ts';
import { imageSizeOf } from '#virtual/mcuboot/tlv-walk.ts';
import { writeMagic } from '#virtual/mcuboot/trailer.ts';
import type { Screening, Upgrade } from '#virtual/mcuboot/upgrade.ts';

const ERASED = 0xffff_ffff;

/**
 * The update goes over the image that ran, for good. An interrupted copy is begun anew, since the request stands in the
 * update slot until all is done. `fast` leaves out what the image does not need.
 */
export function overwriteUpgrade(fast: boolean): Upgrade {
  return {
    maxImageSize: ({ primary }) => primary.at.swapInfo,
    updateStart: () => 0,
    readStatus: freshStatus,
    readHeaders: ({ primary, secondary }) => ({
      primary: headerAt(primary),
      secondary: headerAt(secondary),
    }),
    areFound: () => true,
    clearEmpty: () => undefined,
    screen,
    // There is no journal, so nothing is ever found under way.
    resume: () => undefined,
    perform: (loader, { headers }) => overwrite(loader, headers, fast),
  };
}

/** Downgrade prevention comes before anything else is looked at, and compares versions whatever was asked for. */
function screen(loader: Loader, headers: Headers): Screening {
  if (loader.profile.downgradePrevention === 'none') return 'passed';
  if (headers.primary.magic === ERASED || !isOlder(loader, headers)) return 'passed';
  loader.error('Insufficient version in secondary slot');
  loader.secondary.scramble();
  return 'erased';
}

function overwrite(loader: Loader, headers: Headers, fast: boolean): void {
  const { primary, secondary } = loader;
  const size = fast ? sizeToCopy(loader, headers) : primary.size;
  loader.info(`Image ${loader.index} upgrade secondary slot -> primary slot`);
  loader.info('Erasing the primary slot');
  if (fast) {
    primary.eraseSectors(0, Math.ceil(imageSize(loader, headers) / primary.sector));
    primary.eraseSectors(primary.trailerSector, primary.sectors);
  } else {
    primary.scramble();
  }
  loader.keys?.begin(headers);
  if (loader.keys?.prepare('secondary', secondary, headers.secondary) === false)
    throw assertionFailed('loader.c');
  const bytes = `0x${size.toString(16)} bytes`;
  loader.info(`Image ${loader.index} copying the secondary slot to the primary slot: ${bytes}`);
  copyRegion(loader, { from: secondary, source: 0, to: primary, target: 0 }, size);
  if (fast) writeMagic(primary);
  takeCounter(loader, headers);
  secondary.eraseSector(0);
  secondary.eraseSector(secondary.sectors - 1);
}

function imageSize(loader: Loader, { secondary }: Headers): number {
  const size = imageSizeOf(loader.imageIn('secondary'), secondary);
  if (size === null) throw assertionFailed('loader.c');
  return size;
}

/** Up to the next word; bootutil adds a whole one where the image ends on one. */
function sizeToCopy(loader: Loader, headers: Headers): number {
  const size = imageSize(loader, headers);
  const { word } = loader.primary;
  return size + word - (size % word);
}

/** An overwritten image cannot come back, so the counter follows at once. */
function takeCounter(loader: Loader, { secondary }: Headers): void {
  if (!loader.profile.hardwareCounter || advanceCounter(loader, loader.primary, secondary)) return;
  loader.error('Security counter update failed after image upgrade: -1');
  throw assertionFailed('loader.c');
}
