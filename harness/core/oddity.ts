import type { CutObservation, CutPlace, Phase } from '#core/cut-sweep.ts';
import type { OperationKind, Tear } from '#core/tear.ts';

/** Where an oddity shows: a power cut of this kind may break this one rule, and no other. */
export interface OddCut {
  /** Name of the rule that it breaks. */
  readonly rule: string;
  /** Phase that the sweep cuts; a cut in the recovery from another one may strike in whatever phase the recovery reaches. */
  readonly phase: Phase;
  readonly kind: OperationKind;
  readonly tears: readonly Tear[];
  /** Addresses of the interrupted operation, the last one excluded. */
  readonly from: number;
  readonly to: number;
  /** Cuts in one update that it takes, this one among them; fewer that break the rule are a failure. Default 1. */
  readonly takes?: number;
}

/**
 * Behaviour of a boot loader itself that its makers or we have documented. A sound board shows it too: cuts that do are
 * counted and reported as a finding of the class `oddity`, and are no failure of the product that inherits it.
 */
export interface Oddity {
  readonly id: string;
  /** What happens and when, for a reader. */
  readonly text: string;
  readonly reference: string;
  readonly shows: readonly OddCut[];
}

function strikes(odd: OddCut, { kind, tear, address }: CutPlace): boolean {
  const inside = address >= odd.from && address < odd.to;
  return odd.kind === kind && odd.tears.includes(tear) && inside;
}

/** The documented oddity that a cut which broke a rule has shown, if any. */
export function oddityOf(
  oddities: readonly Oddity[],
  rule: string,
  phase: Phase,
  cut: CutObservation,
): Oddity | undefined {
  const later = cut.later ?? [];
  const fits = (odd: OddCut) =>
    odd.rule === rule &&
    later.length + 1 >= (odd.takes ?? 1) &&
    ((odd.phase === phase && strikes(odd, cut)) || later.some((place) => strikes(odd, place)));
  return oddities.find(({ shows }) => shows.some(fits));
}
