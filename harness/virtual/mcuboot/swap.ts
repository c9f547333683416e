import { HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { advanceCounter } from '#virtual/mcuboot/counter.ts';
import { isDowngrade } from '#virtual/mcuboot/downgrade.ts';
import { assertionFailed, BootHalt } from '#virtual/mcuboot/halt.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import type { BootStatus } from '#virtual/mcuboot/status.ts';
import { imageSizeOf, tlvAreaOf } from '#virtual/mcuboot/tlv-walk.ts';
import { readSwapSize, setImageOk, writeCopyDone } from '#virtual/mcuboot/trailer.ts';
import type { Prepared, Upgrade } from '#virtual/mcuboot/upgrade.ts';

type Swap = BootStatus['swapType'];

/** Swaps that end with copy_done. */
const COPIES: ReadonlySet<Swap> = new Set(['test', 'perm', 'revert']);

/** What the three ways to swap differ in. */
export interface SwapAlgorithm extends Omit<Upgrade, 'resume' | 'perform'> {
  /** Where the swap under way keeps its journal. */
  journalOf(loader: Loader): Slot;
  /** Swaps, from wherever the status says it stands; does nothing where there is no room for it. */
  run(loader: Loader, status: BootStatus, headers: Headers): void;
}

/** The images change places, so that the old one can come back. */
export function swapUpgrade(algorithm: SwapAlgorithm): Upgrade {
  return {
    ...algorithm,
    resume(loader, status, headers) {
      loader.resuming = true;
      takeUp(loader, algorithm.journalOf(loader), status, headers);
      algorithm.run(loader, status, headers);
      // The security counter is not advanced here: the rule for final images does it later in this boot.
      settle(loader, status.swapType, () => true);
    },
    perform: (loader, prepared) => swap(loader, algorithm, prepared),
  };
}

/** Size and keys that a swap was begun with, out of its journal. */
function takeUp(loader: Loader, journal: Slot, status: BootStatus, headers: Headers): void {
  status.swapSize = readSwapSize(journal);
  const missing = loader.keys?.read(journal) ?? 0;
  for (let key = 0; key < missing; key++) loader.error('boot_read_enc_key: No key, read all 0xFF');
  loader.keys?.begin(headers);
}

function swap(loader: Loader, algorithm: SwapAlgorithm, prepared: Prepared): void {
  const { headers, status, source, type } = prepared;
  if (type === 'fail') {
    // As if a revert had just ended: the image that runs is final.
    setImageOk(loader.primary);
    return;
  }
  if (type !== 'revert' && isDowngrade(loader, headers, source)) {
    prepared.type = 'none';
    return;
  }
  status.swapType = type;
  status.swapSize = Math.max(
    sizeToSwap(loader, headers, 'primary'),
    sizeToSwap(loader, headers, 'secondary'),
  );
  loader.keys?.begin(headers);
  algorithm.run(loader, status, headers);
  settle(loader, type, () => advanceTo(loader, headers));
}

/** Measures an image and takes its key; where either cannot be done, bootutil fails an assertion. */
function sizeToSwap(loader: Loader, headers: Headers, which: 'primary' | 'secondary'): number {
  const size = measure(loader, headers, which);
  if (loader.keys?.prepare(which, loader.imageIn(which), headers[which]) === false) {
    throw assertionFailed('loader.c');
  }
  return size;
}

function measure(loader: Loader, headers: Headers, which: 'primary' | 'secondary'): number {
  const header = headers[which];
  if (header.magic !== HEADER_MAGIC) return 0;
  const image = loader.imageIn(which);
  const size = imageSizeOf(image, header);
  const area = tlvAreaOf(image, header);
  if (size === null || area === null) throw assertionFailed('loader.c');
  loader.unprotectedSizes[which] = area.end - area.protectedEnd;
  return size;
}

/** Writes what a finished swap leaves in the trailer; a permanent one takes its security counter along. */
function settle(loader: Loader, type: Swap, takeCounter: () => boolean): void {
  const { primary } = loader;
  const isFinal = type === 'revert' || type === 'perm' || loader.flawed('mcuboot/test-is-permanent');
  if (isFinal) setImageOk(primary);
  const taken = type !== 'perm' || takeCounter();
  if (COPIES.has(type)) writeCopyDone(primary);
  if (taken) return;
  loader.error('Security counter update failed after image upgrade: -1');
  throw new BootHalt('E: panic!');
}

/** The new image is in the primary slot by now; its header is known from where it was. */
function advanceTo(loader: Loader, { secondary }: Headers): boolean {
  return !loader.profile.hardwareCounter || advanceCounter(loader, loader.primary, secondary);
}
