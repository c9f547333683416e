import type { Flaw } from '#core/rig.ts';
import { mcubootFlaws, type McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { hasPeers, type McubootProfile, protectionsOf } from '#virtual/mcuboot/profile.ts';

type Flaws = ReadonlySet<McubootFlaw>;

/** Mistakes against power loss that need no swap to be made. */
const WITHOUT_SWAP: Flaws = new Set(['mcuboot/upload-to-running-slot']);

/** Others in the moving of images, or in comparing a secondary slot with a primary one. */
const NEEDS_MOVING: Flaws = new Set([
  'mcuboot/size-not-checked',
  'mcuboot/revert-not-resumable',
  'mcuboot/revert-taken-for-downgrade',
  'mcuboot/version-major-only',
  'mcuboot/build-number-ignored',
]);

/** Mistakes with the trailers that a trial stands in. */
const NEEDS_TRIAL: Flaws = new Set([
  'mcuboot/test-is-permanent',
  'mcuboot/app-confirms-at-start',
  'mcuboot/confirm-not-stored',
  'mcuboot/no-watchdog',
]);

/** Scratch keeps the request to revert while the trailer is erased, so that there is nothing to hand over. */
const NOT_IN_SCRATCH: Flaws = new Set([
  'mcuboot/revert-not-resumable',
  'mcuboot/revert-taken-for-downgrade',
  'mcuboot/revert-needs-blank-trailer',
]);

/**
 * The request to revert has a line of its own in the table of swap types, and half of its magic is enough for it; a swap
 * that is marked done too early turns back at once, which nobody overlooks. Where an image begins, in the first sector or the
 * second, is told by the magic alone, so that a header with another one is not found.
 */
const NOT_IN_OFFSET: Flaws = new Set([
  'mcuboot/revert-taken-for-downgrade',
  'mcuboot/torn-magic-accepted',
  'mcuboot/copy-done-first',
  'mcuboot/old-magic-accepted',
]);

/** An overwritten image has no journal and no way back, and its update is asked for until it is there. */
const IN_OVERWRITE: Flaws = new Set(['mcuboot/upload-to-running-slot', 'mcuboot/validated-after-swap']);

/** RAM-load measures every image before it looks at it, and goes by the load address that a rebuilt header lacks. */
const NOT_IN_RAM_LOAD: Flaws = new Set([
  'mcuboot/hash-skips-header',
  'mcuboot/tlv-magic-unchecked',
  'mcuboot/protected-size-unchecked',
  'mcuboot/no-tlvs-no-checks',
  'mcuboot/image-size-trusted',
  'mcuboot/old-magic-accepted',
]);

/** Mistakes that can be made in a build of the boot loader; others would change nothing there. */
export function flawsOfBuild(profile: McubootProfile): readonly Flaw[] {
  const acts = hasPeers(profile) ? actsBetweenPeers(profile) : actsInUpgrade(profile);
  return mcubootFlaws.filter((flaw) => acts(flaw) && isDefended(profile, flaw));
}

type Acts = (flaw: Flaw) => boolean;

function actsBetweenPeers(profile: McubootProfile): Acts {
  const { rollback } = protectionsOf(profile);
  const isSwap = (flaw: Flaw) =>
    has(NEEDS_MOVING, flaw) || (flaw.family === 'power-loss' && !has(WITHOUT_SWAP, flaw));
  const isMasked = (flaw: Flaw) => profile.mode.startsWith('ram-load') && has(NOT_IN_RAM_LOAD, flaw);
  return (flaw) => !isSwap(flaw) && !isMasked(flaw) && (rollback || !has(NEEDS_TRIAL, flaw));
}

function actsInUpgrade({ mode }: McubootProfile): Acts {
  if (mode === 'swap-using-scratch') return (flaw) => !has(NOT_IN_SCRATCH, flaw);
  if (mode === 'swap-using-offset') return (flaw) => !has(NOT_IN_OFFSET, flaw);
  if (!mode.startsWith('overwrite')) return () => true;
  return (flaw) =>
    has(IN_OVERWRITE, flaw) ||
    (flaw.family !== 'power-loss' && flaw.family !== 'rollback' && flaw.id !== 'mcuboot/size-not-checked');
}

/** What a build does not defend against it cannot fail to. */
function isDefended(profile: McubootProfile, { id }: Flaw): boolean {
  const { downgradeByVersion, comparesBuildNumber, downgradeByCounter, hardwareCounter } =
    protectionsOf(profile);
  switch (id as McubootFlaw) {
    case 'mcuboot/no-version-check':
    case 'mcuboot/version-major-only':
    case 'mcuboot/revert-taken-for-downgrade':
      return downgradeByVersion;
    case 'mcuboot/build-number-ignored':
      return comparesBuildNumber;
    case 'mcuboot/counter-not-checked':
    case 'mcuboot/counter-missing-accepted':
      return downgradeByCounter;
    case 'mcuboot/counter-never-advanced':
    case 'mcuboot/counter-raised-on-trial':
    case 'mcuboot/counter-raised-after-resume':
    case 'mcuboot/counter-limit-unchecked':
      return hardwareCounter;
    case 'mcuboot/tlv-magic-unchecked':
    case 'mcuboot/protected-size-unchecked':
    case 'mcuboot/no-tlvs-no-checks':
      return !readsEntriesTwice(profile);
    // Mistakes with the form of ECDSA signatures, and with a key of that kind.
    case 'mcuboot/malformed-signature-accepted':
    case 'mcuboot/signature-range-unchecked':
    case 'mcuboot/development-key':
      return profile.signature !== 'rsa-2048';
    // An encrypted upload that goes where the image runs never starts: no product with that leaves the factory.
    case 'mcuboot/upload-to-running-slot':
    case 'mcuboot/encrypted-flag-ignored':
      return profile.encryption === null;
    default:
      return true;
  }
}

/**
 * Whether something reads the signed entries beside the check of the image, with a reader that refuses an area which is not
 * as it must be: the comparison of counters, or the dependencies of a pair.
 */
function readsEntriesTwice(profile: McubootProfile): boolean {
  const { downgradeByCounter, hardwareCounter } = protectionsOf(profile);
  return (downgradeByCounter && !hardwareCounter) || profile.images > 1;
}

function has(flaws: ReadonlySet<string>, { id }: Flaw): boolean {
  return flaws.has(id);
}
