import { advanceCounter } from '#virtual/mcuboot/counter.ts';
import { primaryMayRun, validatedSwap } from '#virtual/mcuboot/decide.ts';
import { BootHalt } from '#virtual/mcuboot/halt.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import { prepareImages } from '#virtual/mcuboot/image-set.ts';
import { SlotImages } from '#virtual/mcuboot/image-store.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { BootMode, Launch } from '#virtual/mcuboot/mode.ts';
import { isFresh } from '#virtual/mcuboot/status.ts';
import type { Prepared, Upgrade } from '#virtual/mcuboot/upgrade.ts';

/** A mode whose application always runs from the primary slot, and whose updates are brought there. */
export function upgradeMode(upgrade: Upgrade): BootMode {
  return {
    greeting: 'Starting bootloader',
    parting: 'Jumping to the first image slot',
    maxImageSize: (loader) => upgrade.maxImageSize(loader),
    boot: (loader) => bootPrimary(loader, upgrade),
    application: (loader) => new SlotImages(loader, upgrade.updateStart(loader)),
  };
}

/** Finishes or starts upgrades, then looks at what will run: the first image, if all of them may. */
function bootPrimary({ images: loaders }: Loader, upgrade: Upgrade): Launch | null {
  const images = prepareImages(loaders, (loader) => prepare(loader, upgrade));
  for (const { loader, prepared } of images) perform(loader, upgrade, prepared);
  let first: Launch | null = null;
  for (const { loader, prepared } of images) {
    const headers = prepared.type === 'none' ? prepared.headers : upgrade.readHeaders(loader, null);
    const launched = launch(loader, headers);
    if (launched === null) return null;
    first ??= launched;
  }
  return first;
}

/** Completes an interrupted upgrade, or decides on a new one. */
function prepare(loader: Loader, upgrade: Upgrade): Prepared {
  const status = upgrade.readStatus(loader);
  const headers = upgrade.readHeaders(loader, status);
  const found = { headers, status, source: status.source };
  if (!upgrade.areFound(headers, status)) {
    loader.warn(`Failed reading image headers; Image=${loader.index}`);
    return { ...found, type: 'none' };
  }
  if (isFresh(status)) return { ...found, type: validatedSwap(loader, upgrade, headers, status) };
  upgrade.resume(loader, status, headers);
  loader.resumed = true;
  return { ...found, headers: upgrade.readHeaders(loader, null), type: 'none' };
}

function perform(loader: Loader, upgrade: Upgrade, prepared: Prepared): void {
  if (prepared.type === 'none') return;
  if (prepared.type === 'unknown') throw new BootHalt('E: panic!');
  upgrade.perform(loader, prepared);
}

function launch(loader: Loader, headers: Headers): Launch | null {
  const { primary } = loader;
  if (!primaryMayRun(loader, headers) || !keepCounter(loader, headers)) return null;
  const confirmed = loader.swapType() !== 'revert';
  return { slot: primary, image: primary, header: headers.primary, address: primary.address, confirmed };
}

/** The stored counter follows every image that is final. */
function keepCounter(loader: Loader, headers: Headers): boolean {
  if (!loader.profile.hardwareCounter) return true;
  const { magic, imageOk } = loader.state(loader.primary);
  const early =
    loader.flawed('mcuboot/counter-raised-on-trial') ||
    (loader.resumed && loader.flawed('mcuboot/counter-raised-after-resume'));
  if (magic === 'good' && imageOk !== 'set' && !early) return true;
  if (advanceCounter(loader, loader.primary, headers.primary)) return true;
  loader.error(`Security counter update failed after image ${loader.index} validation: -1`);
  return false;
}
