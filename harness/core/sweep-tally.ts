import type { CutCount, CutObservation, SweepSummary } from '#core/cut-sweep.ts';
import type { Tear } from '#core/tear.ts';

type Tallied = 'states' | 'endStates' | 'alike' | 'replayed' | 'byTear' | 'byDepth';

const NONE: CutCount = { cuts: 0, judged: 0, recognised: 0 };

/** Counts the cuts of a sweep in their order, and tells which left a state that an earlier one had left. */
export class SweepTally {
  readonly #byTear = new Map<Tear, CutCount>();
  readonly #byDepth: CutCount[] = [];
  readonly #left = new Set<string>();
  readonly #settled = new Set<string>();
  #alike = 0;
  #replayed = 0;

  /** Counts a cut; what is given back says rightly whether it was recognised, however the work was shared out. */
  add(cut: CutObservation): CutObservation {
    const recognised = this.#left.has(cut.left);
    this.#left.add(cut.left);
    this.#settled.add(cut.state);
    const depth = cut.later?.length ?? 0;
    if (!recognised && cut.alike === true) this.#alike += 1;
    if (!recognised && cut.replayed === true) this.#replayed += 1;
    this.#count(cut.later?.at(-1)?.tear ?? cut.tear, depth, {
      cuts: 1,
      judged: recognised || cut.alike === true ? 0 : 1,
    });
    return cut.recognised === recognised ? cut : { ...cut, recognised };
  }

  /** Counts cuts that nobody tells of, since they left states that had been judged. */
  addRecognised(tear: Tear, depth: number, cuts: number): void {
    this.#count(tear, depth, { cuts, judged: 0 });
  }

  summary(): Pick<SweepSummary, keyof CutCount | Tallied> {
    const byDepth = Array.from(this.#byDepth, (count: CutCount | undefined) => count ?? NONE);
    return {
      ...byDepth.reduce(sum, NONE),
      states: this.#left.size,
      endStates: this.#settled.size,
      alike: this.#alike,
      replayed: this.#replayed,
      byTear: Object.fromEntries(this.#byTear),
      byDepth,
    };
  }

  #count(tear: Tear, depth: number, { cuts, judged }: Omit<CutCount, 'recognised'>): void {
    const more = { cuts, judged, recognised: cuts - judged };
    this.#byTear.set(tear, sum(this.#byTear.get(tear) ?? NONE, more));
    this.#byDepth[depth] = sum(this.#byDepth[depth] ?? NONE, more);
  }
}

function sum(a: CutCount, b: CutCount): CutCount {
  return {
    cuts: a.cuts + b.cuts,
    judged: a.judged + b.judged,
    recognised: a.recognised + b.recognised,
  };
}
