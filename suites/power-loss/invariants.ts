import type { BootObserved, CutObservation, Phase } from '#core/cut-sweep.ts';
import { BOUNDARIES } from '#core/tear.ts';

/** What a sweep's cuts are held against. */
export interface SweepRules {
  readonly phase: Phase;
  /** Identity that ran, confirmed, before the phase. */
  readonly before: string;
  /** Identity of the update. */
  readonly update: string;
  /** False where the update is one that the board must refuse. */
  readonly acceptable: boolean;
}

/** An invariant that a cut broke. */
export interface Violation {
  readonly cut: CutObservation;
  /** Stable name of the invariant. */
  readonly invariant: Invariant;
  /** What broke it, one sentence. */
  readonly what: string;
}

export type Invariant =
  | 'some-image-boots'
  | 'old-or-new'
  | 'rejected-never-runs'
  | 'confirmed-stays'
  | 'settles'
  | 'revert-ends-old'
  | 'still-updatable';

type Check = (cut: CutObservation, rules: SweepRules) => string | null;

/** Boots within which a board must have come to rest. */
const SETTLE_LIMIT = 2;

/** The rules, in the order they are checked; each sentence is what the report says is expected. */
export const INVARIANTS: Readonly<Record<Invariant, string>> = {
  'some-image-boots': 'an image boots after every cut',
  'old-or-new': 'it is the old or the new one',
  'rejected-never-runs': 'an image the board must refuse never runs',
  'confirmed-stays': 'what was confirmed never goes back',
  settles: `the board settles within ${SETTLE_LIMIT} boots`,
  'revert-ends-old': 'a return to the old image ends there',
  'still-updatable': 'where the old image came back, it can be updated again',
};

const CHECKS: Readonly<Record<Invariant, Check>> = {
  'some-image-boots': ({ boots }) => {
    const place = boots.findIndex((boot) => boot.identity === null);
    if (place === -1 && boots.length > 0) return null;
    return `boot ${place + 1} of ${boots.length} after the cut ran no image`;
  },
  'old-or-new': ({ boots }, { before, update }) => {
    const place = boots.findIndex((boot) => boot.identity !== before && boot.identity !== update);
    return place === -1 ? null : `boot ${place + 1} ran neither image but ${short(boots[place])}`;
  },
  'rejected-never-runs': ({ boots }, { update, acceptable }) => {
    const place = acceptable ? -1 : boots.findIndex((boot) => boot.identity === update);
    return place === -1 ? null : `boot ${place + 1} ran the image that must be refused`;
  },
  'confirmed-stays': ({ boots }, { update }) => {
    const final = boots.findIndex((boot) => boot.identity === update && boot.confirmed);
    const back = final === -1 ? -1 : boots.findIndex((boot, at) => at > final && boot.identity !== update);
    return back === -1
      ? null
      : `the update was confirmed at boot ${final + 1}, yet boot ${back + 1} ran ${short(boots[back])}`;
  },
  settles: ({ settledAfter }) =>
    settledAfter <= SETTLE_LIMIT ? null : `the running image still changed at boot ${settledAfter}`,
  'revert-ends-old': ({ boots }, { phase, before }) => {
    const last = boots.at(-1);
    return phase !== 'revert' || last?.identity === before
      ? null
      : `the return to the old image ended with ${short(last)}`;
  },
  'still-updatable': ({ boots, updatable }, { before, acceptable }) =>
    !acceptable || updatable || boots.at(-1)?.identity !== before
      ? null
      : 'the old image came back but the same update no longer installs',
};

/** What is expected of every cut of a sweep, for a reader. */
export function expectations({ phase, acceptable }: Pick<SweepRules, 'phase' | 'acceptable'>): string {
  const applies = (invariant: Invariant) => {
    if (invariant === 'revert-ends-old') return phase === 'revert';
    if (invariant === 'rejected-never-runs') return !acceptable;
    return invariant !== 'still-updatable' || acceptable;
  };
  const rules = (Object.keys(INVARIANTS) as Invariant[]).filter(applies);
  return rules.map((invariant) => INVARIANTS[invariant]).join('; ');
}

/** The first invariant that this cut breaks, or null. */
export function judgeCut(cut: CutObservation, rules: SweepRules): Violation | null {
  for (const invariant of Object.keys(INVARIANTS) as Invariant[]) {
    const what = CHECKS[invariant](cut, rules);
    if (what !== null) return { cut, invariant, what };
  }
  return null;
}

/** The first cut that breaks an invariant, and how many do. */
export function judgeSweep(
  cuts: readonly CutObservation[],
  rules: SweepRules,
): { readonly first: Violation | null; readonly broken: number } {
  const violations = cuts.map((cut) => judgeCut(cut, rules)).filter((violation) => violation !== null);
  return { first: violations[0] ?? null, broken: violations.length };
}

/** A cut's place, for a reader: `torn at operation 17 (write of 8 bytes at 0x81fe8)`. */
export function describeCutPlace({ operation, kind, address, length, tear }: CutObservation): string {
  const what =
    kind === 'fuse' ? `fuse word ${address}` : `${kind} of ${length} bytes at 0x${address.toString(16)}`;
  const boundary = BOUNDARIES.find((one) => one === tear);
  const how = boundary === undefined ? `, ${tear}` : '';
  return `${boundary ?? 'inside'} operation ${operation} (${what}${how})`;
}

function short(boot: BootObserved | undefined): string {
  return boot?.identity === null || boot === undefined ? 'nothing' : boot.identity.slice(0, 12);
}
