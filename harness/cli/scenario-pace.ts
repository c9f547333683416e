import type { EngineEvent } from '#engine/events.ts';

type Step = Extract<EngineEvent, { readonly type: 'scenario-progress' }>;

interface Stretch extends Step {
  /** When it was first heard of, ms, and how far it was then. */
  readonly since: number;
  readonly from: number;
}

/** How fast the steps of one scenario go by: the cuts of a sweep, the cases of a campaign. */
export class ScenarioPace {
  #stretch: Stretch | null = null;

  /** A scenario is at this step now. */
  step(step: Step, now: number): void {
    const last = this.#stretch;
    const goesOn =
      last !== null && last.scenario === step.scenario && last.board === step.board && last.done <= step.done;
    this.#stretch = goesOn
      ? { ...step, since: last.since, from: last.from }
      : { ...step, since: now, from: step.done };
  }

  forget(): void {
    this.#stretch = null;
  }

  /** Steps done of those there are, with their rate and the seconds left once these can be told. */
  at(
    now: number,
  ): { readonly done: number; readonly total: number; readonly rate: number; readonly left: number } | null {
    if (this.#stretch === null) return null;
    const { done, total, since, from } = this.#stretch;
    const rate = (done - from) / Math.max(0.001, (now - since) / 1000);
    return { done, total, rate, left: rate > 0 ? (total - done) / rate : Number.NaN };
  }
}
