import type { EngineEvent } from '#engine/events.ts';

type Step = Extract<EngineEvent, { readonly type: 'scenario-progress' }>;
type Place = Pick<Step, 'board' | 'flaws' | 'scenario'>;

/** Steps of a scenario from when they were first heard of. */
interface Stretch {
  readonly done: number;
  readonly total: number;
  /** When it was first heard of, ms, and how far it was then. */
  readonly since: number;
  readonly from: number;
}

/** A scenario that runs, and how it gets on. */
export interface Pace extends Place {
  /** Steps done of those there are, their rate, and the seconds left once these can be told; null: none were told. */
  readonly steps: {
    readonly done: number;
    readonly total: number;
    readonly rate: number;
    readonly left: number;
  } | null;
}

const nameOf = ({ board, flaws, scenario }: Place) => [board, ...flaws, scenario].join('\n');

/** The scenarios that run side by side, and how fast their steps go by: the cuts of a sweep, the cases of a campaign. */
export class UnderWay {
  readonly #running = new Map<string, { readonly place: Place; stretch: Stretch | null }>();

  begin(place: Place): void {
    this.#running.set(nameOf(place), { place, stretch: null });
  }

  step(step: Step, now: number): void {
    const { done, total } = step;
    const name = nameOf(step);
    const last = this.#running.get(name)?.stretch ?? null;
    const { since, from } = last !== null && last.done <= done ? last : { since: now, from: done };
    this.#running.set(name, { place: step, stretch: { done, total, since, from } });
  }

  end(place: Place): void {
    this.#running.delete(nameOf(place));
  }

  clear(): void {
    this.#running.clear();
  }

  /** What is done of those that run, as scenarios. */
  parts(): number {
    let sum = 0;
    for (const { stretch } of this.#running.values()) {
      if (stretch !== null) sum += stretch.done / Math.max(1, stretch.total);
    }
    return sum;
  }

  /** The one that the end waits for: which takes longest, and of those that do not tell, the last that began. */
  longest(now: number): Pace | null {
    let longest: Pace | null = null;
    for (const { place, stretch } of this.#running.values()) {
      const pace = { ...place, steps: stretch === null ? null : stepsOf(stretch, now) };
      if (longest === null || leftOf(pace) >= leftOf(longest)) longest = pace;
    }
    return longest;
  }
}

function stepsOf({ done, total, since, from }: Stretch, now: number): NonNullable<Pace['steps']> {
  const rate = (done - from) / Math.max(0.001, (now - since) / 1000);
  return { done, total, rate, left: rate > 0 ? (total - done) / rate : Number.NaN };
}

/** Seconds left; 0 where they cannot be told. */
export function leftOf({ steps }: Pace): number {
  return steps === null || Number.isNaN(steps.left) ? 0 : steps.left;
}
