import type { Attack } from '#core/attack.ts';
import type { Bench } from '#core/rig.ts';
import type { WearBook } from '#engine/care/wear-book.ts';
import { JobRunner, type Job, type JobHooks } from '#engine/job.ts';
import type { BoardResult } from '#engine/run-board.ts';

/** Where jobs run: in this thread, or in several. */
export interface Executor extends AsyncDisposable {
  /** Jobs that run at the same time. */
  readonly width: number;
  execute(job: Job, hooks: JobHooks): Promise<BoardResult>;
}

/** Runs jobs in this thread, one at a time; wear of real boards is counted in the book. */
export function inThisThread(bench: Bench, attacks: readonly Attack[], book?: WearBook): Executor {
  const runner = new JobRunner(bench, attacks, null, book);
  return {
    width: 1,
    execute: (job, hooks) => runner.run(job, hooks),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Threads that have nothing of their own to do once so many jobs are left, for each of these jobs. */
function idleShare(width: number, left: number): number {
  return Math.ceil(width / Math.min(width, left)) - 1;
}

/**
 * Runs all jobs, as many at a time as the executor takes; results in the order of the jobs. The first that rejects stops
 * the others; nothing runs any more when this settles.
 */
export async function executeAll(
  executor: Executor,
  jobs: readonly Job[],
  hooks: JobHooks,
): Promise<readonly BoardResult[]> {
  const halt = new AbortController();
  const signal = AbortSignal.any([hooks.signal, halt.signal]);
  const results: BoardResult[] = [];
  const wanted = jobs.filter(({ picks }) => picks.length > 0);
  const queue = wanted.entries();
  const lane = async () => {
    for (const [index, job] of queue) {
      if (signal.aborted) return;
      const helpers = idleShare(executor.width, wanted.length - index);
      results[index] = await executor.execute({ ...job, helpers }, { ...hooks, signal });
    }
  };
  const lanes = Array.from({ length: executor.width }, () =>
    lane().catch((error: unknown) => halt.abort(error)),
  );
  await Promise.all(lanes);
  if (halt.signal.aborted) throw halt.signal.reason;
  return results.filter((result) => result !== undefined);
}
