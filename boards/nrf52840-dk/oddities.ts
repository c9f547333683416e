import type { OddCut, Oddity } from '#core/oddity.ts';
import type { Tear } from '#core/tear.ts';
import { trailerOffsets } from '#codecs/mcuboot-trailer.ts';
import { type McubootOddityId, mcubootOddities } from '#virtual/mcuboot/oddities.ts';
import { type McubootProfile, trailerOf } from '#virtual/mcuboot/profile.ts';
import type { McubootLayout } from '#virtual/mcuboot/slot.ts';
import { flash, layoutOf } from './layout.ts';

/** Rules that an update breaks which is no longer known to be on trial, or only at some boots. */
const TRIAL_RULES = ['trial-ends-old', 'confirmed-stays', 'settles'];

const TORN_WORD: readonly Tear[] = ['half-programmed', 'weak-bits'];
const TORN_WRITE: readonly Tear[] = ['prefix', ...TORN_WORD];

type Place = Omit<OddCut, 'rule'>;

/** Where MCUboot's slots lie on a chip, and how its flash is built. */
export interface McubootPlace extends Pick<McubootLayout, 'primary' | 'secondary'> {
  readonly flash: { readonly page: number; readonly word: number };
}

/** A build of the boot loader on a chip. */
interface Build extends McubootPlace {
  readonly profile: McubootProfile;
}

/** Where the fields of a slot's trailer lie, from the slot's start. */
function trailerIn({ profile, flash: chip }: Build, { size }: { readonly size: number }) {
  return trailerOffsets({ ...trailerOf(profile), slotSize: size, writeSize: chip.word });
}

function tornCopyDone(build: Build): readonly OddCut[] {
  const { primary } = build;
  const from = primary.offset + trailerIn(build, primary).copyDone;
  const cell: Place = {
    phase: 'upgrade',
    kind: 'write',
    tears: TORN_WORD,
    from,
    to: from + build.flash.word,
  };
  return TRIAL_RULES.map((rule): OddCut => Object.assign({ rule }, cell));
}

function tornHeader(build: Build): readonly OddCut[] {
  const from = build.primary.offset;
  const place = { rule: 'some-image-boots', phase: 'upgrade', from } as const;
  return [
    { ...place, kind: 'erase', tears: ['partial-erase'], to: from + build.flash.page },
    { ...place, kind: 'write', tears: TORN_WRITE, to: from + build.flash.word },
  ];
}

/** The first of the two cuts; by itself it does no harm. */
function halfRevertRequest(build: Build): readonly OddCut[] {
  const { secondary } = build;
  const from = secondary.offset + trailerIn(build, secondary).magic;
  const end = secondary.offset + secondary.size;
  const rule = 'trial-ends-old';
  const cut = { rule, phase: 'revert', to: end, takes: 2 } as const;
  const written: OddCut = { ...cut, kind: 'write', tears: TORN_WRITE, from };
  if (build.profile.images === 1) return [written];
  const page = end - build.flash.page;
  return [written, { ...cut, kind: 'erase', tears: ['partial-erase', 'weak-erase'], from: page }];
}

/** Rules that a board breaks which no longer boots, or takes a trial for final. */
const LOST_RULES = ['some-image-boots', 'trial-ends-old', 'settles'];

/** The first of the two cuts: the swap type half written, or coming back behind an erase that read blank. */
function tornSwapInfo(build: Build): readonly OddCut[] {
  const { primary, flash: chip } = build;
  const from = primary.offset + trailerIn(build, primary).swapInfo;
  const end = primary.offset + primary.size;
  const cell = { kind: 'write', tears: TORN_WORD, from, to: from + chip.word, takes: 2 } as const;
  const page = { kind: 'erase', tears: ['weak-erase'], from: end - chip.page, to: end, takes: 2 } as const;
  return (['upgrade', 'revert'] as const).flatMap((phase) =>
    LOST_RULES.flatMap((rule): readonly OddCut[] => [
      { rule, phase, ...cell },
      { rule, phase, ...page },
    ]),
  );
}

/** The first of the two cuts; the second strikes while scratch is set up again. */
function journalInScratchAlone(build: Build): readonly OddCut[] {
  const { primary } = build;
  const to = primary.offset + primary.size;
  const tears: readonly Tear[] = ['after', 'partial-erase', 'weak-erase'];
  const trailer: Place = { phase: 'revert', kind: 'erase', tears, from: to - build.flash.page, to, takes: 2 };
  return [{ rule: 'trial-ends-old', ...trailer }];
}

/** The second of the two cuts: behind the request, or before the sector that holds it is erased. */
function revertRestarted(build: Build): readonly OddCut[] {
  const { secondary } = build;
  const magic = secondary.offset + trailerIn(build, secondary).magic;
  const to = secondary.offset + secondary.size;
  return LOST_RULES.flatMap((rule): readonly OddCut[] => [
    { rule, phase: 'revert', kind: 'write', tears: ['after'], from: magic, to, takes: 2 },
    {
      rule,
      phase: 'revert',
      kind: 'erase',
      tears: ['before', 'partial-erase'],
      from: to - build.flash.page,
      to,
      takes: 2,
    },
  ]);
}

/** The first of two cuts; a second one makes the fading mark count. */
function weakMark(build: Build): readonly OddCut[] {
  const { primary } = build;
  const { status, swapSize } = trailerIn(build, primary);
  const range = { from: primary.offset + status, to: primary.offset + swapSize };
  const cells = { kind: 'write', tears: ['weak-bits'], ...range, takes: 2 } as const;
  return (['upgrade', 'revert'] as const).flatMap((phase) =>
    LOST_RULES.map((rule): OddCut => Object.assign({ rule, phase }, cells)),
  );
}

function weakConfirmation(build: Build): readonly OddCut[] {
  const { primary } = build;
  const from = primary.offset + trailerIn(build, primary).imageOk;
  const cell = { kind: 'write', tears: ['weak-bits'], from, to: from + build.flash.word } as const;
  return (['upgrade', 'confirm', 'revert'] as const).flatMap((phase) =>
    [...TRIAL_RULES, 'some-image-boots'].map((rule): OddCut => Object.assign({ rule, phase }, cell)),
  );
}

/** Which of MCUboot's oddities power cuts bring out, and where. */
const SHOWN_BY: Partial<Record<McubootOddityId, (build: Build) => readonly OddCut[]>> = {
  'mcuboot/torn-copy-done': tornCopyDone,
  'mcuboot/torn-header-refuses-update': (build) =>
    build.profile.downgradePrevention === 'none' ? [] : tornHeader(build),
  'mcuboot/revert-lost-by-two-cuts': halfRevertRequest,
  'mcuboot/revert-lost-with-scratch': journalInScratchAlone,
  'mcuboot/revert-restarted-over-half': revertRestarted,
  'mcuboot/torn-swap-info-panics': tornSwapInfo,
  'mcuboot/weak-progress-mark': weakMark,
  'mcuboot/weak-confirmation': weakConfirmation,
};

/** What MCUboot, built by this profile, is documented to do when power is cut; on this board where no other place is named. */
export function odditiesOf(
  profile: McubootProfile,
  place: McubootPlace = { ...layoutOf(profile), flash },
): readonly Oddity[] {
  const build = { ...place, profile };
  return mcubootOddities.flatMap(({ id, modes, text, reference }) => {
    const shows = modes.some((mode) => mode === profile.mode) ? (SHOWN_BY[id]?.(build) ?? []) : [];
    return shows.length === 0 ? [] : [{ id, text, reference, shows }];
  });
}
