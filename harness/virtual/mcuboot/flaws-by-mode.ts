import type { Flaw } from '#core/rig.ts';
import { mcubootFlaws, type McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { hasPeers, type McubootProfile, protectionsOf } from '#virtual/mcuboot/profile.ts';

/** Mistakes against power loss that need no swap to be made. */
const WITHOUT_SWAP: ReadonlySet<McubootFlaw> = new Set([
  'mcuboot/torn-magic-accepted',
  'mcuboot/upload-to-running-slot',
]);

/** Others in the moving of images, or in comparing a secondary slot with a primary one. */
const NEEDS_MOVING: ReadonlySet<McubootFlaw> = new Set([
  'mcuboot/revert-not-resumable',
  'mcuboot/revert-taken-for-downgrade',
  'mcuboot/version-major-only',
  'mcuboot/build-number-ignored',
]);

/** Mistakes with the trailers that a trial stands in. */
const NEEDS_TRIAL: ReadonlySet<McubootFlaw> = new Set([
  'mcuboot/test-is-permanent',
  'mcuboot/app-confirms-at-start',
  'mcuboot/confirm-not-stored',
  'mcuboot/no-watchdog',
  'mcuboot/torn-magic-accepted',
]);

/** Mistakes that can be made in a build of the boot loader; others would change nothing there. */
export function flawsOfBuild(profile: McubootProfile): readonly Flaw[] {
  if (!hasPeers(profile)) return mcubootFlaws;
  const { rollback } = protectionsOf(profile);
  const is = (flaws: ReadonlySet<string>, { id }: Flaw) => flaws.has(id);
  const isSwap = (flaw: Flaw) =>
    is(NEEDS_MOVING, flaw) || (flaw.family === 'power-loss' && !is(WITHOUT_SWAP, flaw));
  return mcubootFlaws.filter((flaw) => !isSwap(flaw) && (rollback || !is(NEEDS_TRIAL, flaw)));
}
