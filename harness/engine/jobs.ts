import type { ControlResult } from '#core/outcome.ts';
import type { BoardResult } from '#engine/run-board.ts';
import type { Job } from '#engine/job.ts';
import { CONTROL, type BoardPlan, type PlanItem } from '#engine/plan.ts';

/** Items of one board as a job. */
export function jobFor(
  items: readonly PlanItem[],
  rest: Pick<Job, 'board' | 'flaws' | 'seed' | 'cuts' | 'controls' | 'runDir' | 'stopAtFail'>,
): Job {
  return {
    ...rest,
    picks: items.map(({ attack, scenario }) => ({ attack: attack.id, scenario: scenario.id })),
  };
}

/** What later jobs of the same board rely on. */
export function controlsOf(
  results: readonly Pick<BoardResult, 'records'>[],
  board: string,
): readonly ControlResult[] {
  return results
    .flatMap((result) => result.records)
    .filter((record) => record.board === board && record.family === CONTROL)
    .map(({ scenario, verdict, evidence }) => ({ scenario, verdict, head: evidence.head }));
}

/** The control scenarios of a board's plan. */
export function controlItems({ items }: BoardPlan): readonly PlanItem[] {
  return items.filter((item) => item.attack.family === CONTROL);
}

/** The other scenarios of a board's plan, grouped by attack. */
export function attackGroups({ items }: BoardPlan): readonly (readonly PlanItem[])[] {
  const attacks = [...new Set(items.map((item) => item.attack))].filter(({ family }) => family !== CONTROL);
  return attacks.map((attack) => items.filter((item) => item.attack === attack));
}
