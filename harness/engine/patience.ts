import { BenchError } from '#core/errors.ts';

/** A wait that begins anew with each step forward. */
export interface Patience {
  /** Aborted once no step was seen for so long. */
  readonly signal: AbortSignal;
  /** There was a step. */
  readonly heard: () => void;
  /** Ends the wait. */
  readonly clear: () => void;
}

/** Waits so many milliseconds of the wall clock for a step; `steps` counts those that nobody tells of. */
export function patience(ms: number, steps: () => number): Patience {
  const controller = new AbortController();
  let known = steps();
  const timer = setTimeout(() => {
    if (steps() === known) {
      controller.abort(stalled(ms));
      return;
    }
    known = steps();
    timer.refresh();
  }, ms);
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    clear: () => clearTimeout(timer),
  };
}

function stalled(ms: number): BenchError {
  return new BenchError({
    code: 'scenario-stalled',
    message: `the scenario did not come a step further within ${Math.round(ms / 1000)} s`,
    remedy: 'look at the last evidence entry for what it waited for; check the instruments it used',
  });
}
