import type { Worker } from 'node:worker_threads';
import { InternalError } from '#core/errors.ts';
import type { Executor } from '#engine/executor.ts';
import type { Job, JobHooks } from '#engine/job.ts';
import type { FromWorker, ToWorker, WorkerSetup } from '#engine/pool-messages.ts';
import type { BoardResult } from '#engine/run-board.ts';
import { startThread } from '#engine/thread.ts';
import { fromWire, toWire } from '#engine/wire-error.ts';

function died(why: unknown): InternalError {
  return new InternalError({
    code: 'worker-died',
    message: `a worker thread ended in the middle of a job: ${String(why)}`,
    remedy: 'run the same selection with --jobs 1 to see where',
    cause: why,
  });
}

/** One job on one thread. */
function onThread(thread: Worker, job: Job, { signal, onEvent }: JobHooks): Promise<BoardResult> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  const send = (message: ToWorker) => thread.postMessage(message);
  return new Promise((resolve, reject) => {
    const aborted = () => send({ type: 'abort', reason: toWire(signal.reason) });
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', aborted);
      thread.off('message', heard).off('error', failed).off('exit', failed);
      act();
    };
    const failed = (why: unknown) => settle(() => reject(died(why)));
    const heard = (message: FromWorker) => {
      if (message.type === 'event') onEvent(message.event);
      else if (message.type === 'done') settle(() => resolve(message.result));
      else settle(() => reject(fromWire(message.error)));
    };
    thread.on('message', heard).on('error', failed).on('exit', failed);
    signal.addEventListener('abort', aborted, { once: true });
    send({ type: 'job', job });
    if (signal.aborted) aborted();
  });
}

/** Runs jobs on threads of their own, for virtual boards: their time is the processor's. Threads start when first used. */
export function pooled(benchReference: string, width: number): Executor {
  const idle: Worker[] = [];
  const all: Worker[] = [];
  const thread = () => {
    const free = idle.pop();
    if (free !== undefined) return free;
    const made = startThread('pool-worker', { benchReference } satisfies WorkerSetup);
    all.push(made);
    return made;
  };
  return {
    width,
    async execute(job, hooks) {
      const worker = thread();
      const result = await onThread(worker, job, hooks);
      idle.push(worker);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
