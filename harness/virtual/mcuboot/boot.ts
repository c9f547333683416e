import { HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { advanceCounter } from '#virtual/mcuboot/counter.ts';
import { isDowngrade, primaryIsValid, readStatus, validatedSwap } from '#virtual/mcuboot/decide.ts';
import { assertionFailed, BootHalt } from '#virtual/mcuboot/halt.ts';
import { areFound, type Headers, headersInFlight, readHeaders } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { type BootStatus, isFresh } from '#virtual/mcuboot/status.ts';
import { runSwap } from '#virtual/mcuboot/swap-move.ts';
import { imageSizeOf } from '#virtual/mcuboot/tlv-walk.ts';
import { readSwapSize, setImageOk, writeCopyDone } from '#virtual/mcuboot/trailer.ts';

type Swap = BootStatus['swapType'];

/** Swaps that end with copy_done. */
const COPIES: ReadonlySet<Swap> = new Set(['test', 'perm', 'revert']);

/** From reset to the decision to jump: finishes or starts a swap, validates what will run. True: the image may run. */
export function bootGo(loader: Loader): boolean {
  const status = readStatus(loader);
  const found = headersInFlight(loader, status);
  if (!areFound(found, status)) {
    loader.warn('Failed reading image headers; Image=0');
    return mayRun(loader, found);
  }
  perform(loader, status, prepare(loader, status));
  return mayRun(loader, readHeaders(loader));
}

function mayRun(loader: Loader, headers: Headers): boolean {
  return primaryIsValid(loader, headers) && keepCounter(loader, headers);
}

/** Completes an interrupted swap, or decides on a new one. */
function prepare(loader: Loader, status: BootStatus): Swap {
  if (isFresh(status)) return validatedSwap(loader, readHeaders(loader), status);
  status.swapSize = readSwapSize(loader.primary);
  runSwap(loader, status);
  // The security counter is not advanced here: the rule for final images does it later in this boot.
  settle(loader, status.swapType, () => true);
  return 'none';
}

function perform(loader: Loader, status: BootStatus, type: Swap): void {
  if (type === 'none') return;
  if (type === 'unknown') throw new BootHalt('E: panic!');
  if (type === 'fail') {
    // As if a revert had just ended: the image that runs is final.
    setImageOk(loader.primary);
    return;
  }
  const headers = readHeaders(loader);
  if (type !== 'revert' && isDowngrade(loader, headers)) return;
  status.swapType = type;
  status.swapSize = Math.max(
    sizeToSwap(loader, headers, 'primary'),
    sizeToSwap(loader, headers, 'secondary'),
  );
  runSwap(loader, status);
  settle(loader, type, () => advanceTo(loader));
}

function sizeToSwap(loader: Loader, headers: Headers, which: 'primary' | 'secondary'): number {
  const header = headers[which];
  if (header.magic !== HEADER_MAGIC) return 0;
  const size = imageSizeOf(loader[which], header);
  if (size === null) throw assertionFailed('loader.c');
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

function advanceTo(loader: Loader): boolean {
  const { hardwareCounter } = loader.options.protections;
  return !hardwareCounter || advanceCounter(loader, loader.primary, readHeaders(loader).primary);
}

/** The stored counter follows every image that is final. */
function keepCounter(loader: Loader, headers: Headers): boolean {
  if (!loader.options.protections.hardwareCounter) return true;
  const { magic, imageOk } = loader.state(loader.primary);
  if (magic === 'good' && imageOk !== 'set') return true;
  if (advanceCounter(loader, loader.primary, headers.primary)) return true;
  loader.error('Security counter update failed after image 0 validation: -1');
  return false;
}
