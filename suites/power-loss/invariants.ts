import type { BootObserved, CutObservation, Phase } from '#core/cut-sweep.ts';

/** What cuts are held against. */
export interface CutRules {
  readonly phase: Phase;
  /** Identity that ran, confirmed, before the phase. */
  readonly before: string;
  /** Identity of the update. */
  readonly update: string;
  /** False where the update is one that the board must refuse. */
  readonly acceptable: boolean;
  /** False where the update, should it run on trial, is left unconfirmed and so has to be given up. */
  readonly confirms: boolean;
}

/** What a board did after a cut, however the cut was placed. */
export type Settled = Pick<CutObservation, 'boots' | 'settledAfter' | 'updatable'>;

/** An invariant that a cut broke. */
export interface Violation<C extends Settled = CutObservation> {
  readonly cut: C;
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
  | 'trial-ends-old'
  | 'still-updatable';

type Check = (cut: Settled, rules: CutRules) => string | null;

/** Boots within which a board must have come to rest. */
const SETTLE_LIMIT = 2;

/** The rules, in the order they are checked; each sentence is what the report says is expected. */
export const INVARIANTS: Readonly<Record<Invariant, string>> = {
  'some-image-boots': 'an image boots after every cut',
  'old-or-new': 'it is the old or the new one',
  'rejected-never-runs': 'an image the board must refuse never runs',
  'confirmed-stays': 'what was confirmed never goes back',
  settles: `the board settles within ${SETTLE_LIMIT} boots`,
  'trial-ends-old': 'an update that nobody confirms ends with the old image',
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
  'confirmed-stays': ({ boots }, { update, confirms }) => {
    const final = confirms ? boots.findIndex((boot) => boot.identity === update && boot.confirmed) : -1;
    const back = final === -1 ? -1 : boots.findIndex((boot, at) => at > final && boot.identity !== update);
    return back === -1
      ? null
      : `the update was confirmed at boot ${final + 1}, yet boot ${back + 1} ran ${short(boots[back])}`;
  },
  settles: ({ settledAfter }) =>
    settledAfter <= SETTLE_LIMIT ? null : `the running image still changed at boot ${settledAfter}`,
  'trial-ends-old': ({ boots }, { before, confirms }) => {
    const last = boots.at(-1);
    return confirms || last?.identity === before
      ? null
      : `nobody confirmed the update, and yet it ended with ${short(last)}`;
  },
  'still-updatable': ({ boots, updatable }, { before, acceptable }) =>
    !acceptable || updatable || boots.at(-1)?.identity !== before
      ? null
      : 'the old image came back but the same update no longer installs',
};

/** What is expected of every cut, for a reader. */
export function expectations({ confirms, acceptable }: Pick<CutRules, 'confirms' | 'acceptable'>): string {
  const applies = (invariant: Invariant) => {
    if (invariant === 'trial-ends-old') return !confirms;
    if (invariant === 'confirmed-stays') return confirms;
    if (invariant === 'rejected-never-runs') return !acceptable;
    return invariant !== 'still-updatable' || acceptable;
  };
  const rules = (Object.keys(INVARIANTS) as Invariant[]).filter(applies);
  return rules.map((invariant) => INVARIANTS[invariant]).join('; ');
}

/** The first invariant that this cut breaks, or null. */
export function judgeCut<C extends Settled>(cut: C, rules: CutRules): Violation<C> | null {
  for (const invariant of Object.keys(INVARIANTS) as Invariant[]) {
    const what = CHECKS[invariant](cut, rules);
    if (what !== null) return { cut, invariant, what };
  }
  return null;
}

/** The cuts that break an invariant, in order. */
export function violationsOf<C extends Settled>(
  cuts: readonly C[],
  rules: CutRules,
): readonly Violation<C>[] {
  return cuts.map((cut) => judgeCut(cut, rules)).filter((violation) => violation !== null);
}

function short(boot: BootObserved | undefined): string {
  return boot?.identity === null || boot === undefined ? 'nothing' : boot.identity.slice(0, 12);
}
