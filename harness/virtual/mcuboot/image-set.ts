import { dependenciesOf, isMet } from '#virtual/mcuboot/dependencies.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { type BootStatus, freshStatus } from '#virtual/mcuboot/status.ts';
import type { Prepared } from '#virtual/mcuboot/upgrade.ts';

/** One image of a boot loader that keeps several, and what was decided for it. */
export interface PreparedImage {
  readonly loader: Loader;
  readonly prepared: Prepared;
}

type Swap = BootStatus['swapType'];

/** What brings another image into the primary slot. */
const UPGRADES: ReadonlySet<Swap> = new Set(['test', 'perm', 'revert']);
/** What leaves the image in the primary slot where it is. */
const STAYS: ReadonlySet<Swap> = new Set(['none', 'fail']);

/** Decides for each image, then whether they go together: where one is left without what it needs, nothing is done. */
export function prepareImages(
  loaders: readonly Loader[],
  prepare: (loader: Loader) => Prepared,
): readonly PreparedImage[] {
  const images: PreparedImage[] = [];
  let anyUpgrade = false;
  for (const loader of loaders) {
    const prepared = prepare(loader);
    review(images, prepared, loader.resumed);
    anyUpgrade ||= UPGRADES.has(prepared.type);
    // What was found under way is forgotten where another image comes in between.
    images.push({
      loader,
      prepared: loaders.length === 1 ? prepared : { ...prepared, status: freshStatus() },
    });
  }
  if (images.length > 1 && anyUpgrade && !images.every((image) => needsAreMet(image, images))) {
    for (const { prepared } of images) prepared.type = 'none';
  }
  return images;
}

/**
 * An image that was swapped just before power failed looks as if it had to be reverted. It does not where a later image
 * is still on its way.
 */
function review(former: readonly PreparedImage[], { type }: Prepared, wasResumed: boolean): void {
  if (!wasResumed && (type === 'none' || type === 'revert')) return;
  for (const { prepared } of former) if (prepared.type === 'revert') prepared.type = 'none';
}

function needsAreMet({ loader, prepared }: PreparedImage, images: readonly PreparedImage[]): boolean {
  const side = STAYS.has(prepared.type) ? 'primary' : 'secondary';
  const needs = dependenciesOf(loader.imageIn(side), prepared.headers[side], images.length);
  return needs?.every((need) => isMet(loader, need, versionToBe(images[need.image]))) ?? false;
}

/** The version that an image will have after this boot. */
function versionToBe(image: PreparedImage | undefined) {
  if (image === undefined) return null;
  const { type, headers } = image.prepared;
  return headers[UPGRADES.has(type) ? 'secondary' : 'primary'].version;
}
