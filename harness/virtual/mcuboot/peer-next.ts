import { compareVersions } from '#codecs/mcuboot-version.ts';
import { headerAt } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { isTrial } from '#virtual/mcuboot/peer-trial.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { slotEntry } from '#virtual/mcuboot/slot-access.ts';

/** What the next boot will do, as mcumgr works it out: stay or go to the other slot, for good or on trial; or go back. */
export type NextBoot = 'stays' | 'other' | 'other-on-trial' | 'reverts';

/** Where an image stands on its way to being final; null: nobody asked for it to be booted. */
type Trial = 'to-come' | 'under-way' | 'passed' | null;

/** Without trials the version alone decides. */
export function nextByVersion(loader: Loader, active: Slot, other: Slot): NextBoot {
  return isReadable(other) && isNewer(loader, other, active) ? 'other' : 'stays';
}

/** With trials the trailers have a say, and an application whose other slot is empty takes itself for confirmed. */
export function nextByTrial(loader: Loader, active: Slot, other: Slot): NextBoot {
  if (!isReadable(other)) return 'stays';
  if (trialOf(loader, active) === 'under-way') return 'reverts';
  const trial = trialOf(loader, other);
  if (trial === null || trial === 'under-way' || !isNewer(loader, other, active)) return 'stays';
  return trial === 'passed' ? 'other' : 'other-on-trial';
}

function trialOf(loader: Loader, slot: Slot): Trial {
  const state = loader.state(slot);
  if (state.magic !== 'good') return null;
  if (state.imageOk === 'set') return 'passed';
  return isTrial(state) ? 'under-way' : 'to-come';
}

function isReadable(slot: Slot): boolean {
  return slotEntry(0, slot, {}) !== null;
}

function isNewer(loader: Loader, a: Slot, b: Slot): boolean {
  const [first, second] = [headerAt(a).version, headerAt(b).version];
  return compareVersions(first, second, loader.profile.comparesBuildNumber) > 0;
}
