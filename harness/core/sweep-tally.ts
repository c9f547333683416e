import type { CutCount, CutObservation, SweepSummary } from '#core/cut-sweep.ts';
import type { Tear } from '#core/tear.ts';

const NONE: CutCount = { cuts: 0, judged: 0, recognised: 0 };

function plus(count: CutCount, recognised: boolean): CutCount {
  return {
    cuts: count.cuts + 1,
    judged: count.judged + (recognised ? 0 : 1),
    recognised: count.recognised + (recognised ? 1 : 0),
  };
}

/** Counts the cuts of a sweep as they come, in order. */
export class SweepTally {
  #all = NONE;
  readonly #byTear = new Map<Tear, CutCount>();
  readonly #byDepth: CutCount[] = [];
  readonly #left = new Set<string>();
  readonly #settled = new Set<string>();

  /** A cut that is told of. */
  add({ left, state, tear, later, recognised }: CutObservation): void {
    this.#left.add(left);
    this.#settled.add(state);
    this.count(later?.at(-1)?.tear ?? tear, later?.length ?? 0, recognised);
  }

  /** A cut that is only counted; `deeper` is the number of cuts that came before it in one update. */
  count(tear: Tear, deeper: number, recognised: boolean): void {
    this.#all = plus(this.#all, recognised);
    this.#byTear.set(tear, plus(this.#byTear.get(tear) ?? NONE, recognised));
    this.#byDepth[deeper] = plus(this.#byDepth[deeper] ?? NONE, recognised);
  }

  summary(): Pick<SweepSummary, keyof CutCount | 'states' | 'endStates' | 'byTear' | 'byDepth'> {
    return {
      ...this.#all,
      states: this.#left.size,
      endStates: this.#settled.size,
      byTear: Object.fromEntries(this.#byTear),
      byDepth: [...this.#byDepth],
    };
  }
}
