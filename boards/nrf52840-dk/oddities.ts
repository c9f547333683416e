import type { OddCut, Oddity } from '#core/oddity.ts';
import { trailerOffsets } from '#codecs/mcuboot-trailer.ts';
import { type McubootProfile, trailerOf } from '#virtual/mcuboot/profile.ts';
import { flash, layoutOf } from './layout.ts';

/** Rules that an update breaks which is no longer known to be on trial, or only at some boots. */
const TRIAL_RULES = ['trial-ends-old', 'confirmed-stays', 'settles'];

/** Where the flag lies that ends a swap. */
function copyDoneOf(profile: McubootProfile): number {
  const { primary } = layoutOf(profile);
  const shape = { ...trailerOf(profile), slotSize: primary.size, writeSize: flash.word };
  return primary.offset + trailerOffsets(shape).copyDone;
}

function tornCopyDone(profile: McubootProfile): Oddity {
  const at = copyDoneOf(profile);
  const cell = {
    phase: 'upgrade',
    kind: 'write',
    tears: ['half-programmed', 'weak-bits'],
    from: at,
    to: at + flash.word,
  } as const;
  return {
    id: 'mcuboot/torn-copy-done',
    text: 'The last write of a swap sets copy_done. Torn, the flag reads neither set nor erased, and no line of the table of swap types fits: an update that nobody confirmed is then never given up.',
    reference: 'MCUboot boot/bootutil/src/bootutil_public.c: boot_swap_tables; measured on its C code',
    shows: TRIAL_RULES.map((rule): OddCut => ({ rule, ...cell })),
  };
}

function tornHeader(profile: McubootProfile): Oddity {
  const { primary } = layoutOf(profile);
  return {
    id: 'mcuboot/torn-header-refuses-update',
    text: 'An overwrite begins by erasing the first sector of the primary slot. Half erased, its header still names a version, a higher one by chance, and downgrade prevention erases the update: no image is left.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: version check of MCUBOOT_OVERWRITE_ONLY with MCUBOOT_DOWNGRADE_PREVENTION',
    shows: [
      {
        rule: 'some-image-boots',
        phase: 'upgrade',
        kind: 'erase',
        tears: ['partial-erase'],
        from: primary.offset,
        to: primary.offset + flash.page,
      },
    ],
  };
}

/** What MCUboot, built by this profile, is documented to do when power is cut. */
export function odditiesOf(profile: McubootProfile): readonly Oddity[] {
  if (profile.mode.startsWith('swap')) return [tornCopyDone(profile)];
  const compares = profile.downgradePrevention !== 'none';
  return profile.mode.startsWith('overwrite') && compares ? [tornHeader(profile)] : [];
}
