import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { InternalError } from '#core/errors.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { JobRunner, type Job } from '#engine/job.ts';
import { loadBench } from '#engine/load-bench.ts';
import type { FromWorker, ToWorker, WorkerSetup } from '#engine/pool-messages.ts';
import { fromWire, toWire } from '#engine/wire-error.ts';

async function loadRunner(benchReference: string): Promise<JobRunner> {
  const bench = await loadBench(benchReference);
  return new JobRunner(bench, await discoverAttacks(), benchReference);
}

/** Runs the jobs that arrive, one at a time; loads bench and suites for itself, since neither can cross threads. */
function serve(port: MessagePort, { benchReference }: WorkerSetup): void {
  const post = (message: FromWorker) => port.postMessage(message);
  const runner = loadRunner(benchReference);
  const abort = new AbortController();

  async function run(job: Job): Promise<void> {
    try {
      const onEvent = (event: Extract<FromWorker, { type: 'event' }>['event']) =>
        post({ type: 'event', event });
      post({ type: 'done', result: await (await runner).run(job, { signal: abort.signal, onEvent }) });
    } catch (error) {
      post({ type: 'failed', error: toWire(error) });
    }
  }

  runner.catch(() => undefined);
  port.on('message', (message: ToWorker) => {
    if (message.type === 'abort') abort.abort(fromWire(message.reason));
    else void run(message.job);
  });
}

if (parentPort === null) {
  throw new InternalError({
    code: 'not-a-worker',
    message: 'this module is the entry of a worker thread',
    remedy: 'start it through the pool',
  });
}
serve(parentPort, workerData as WorkerSetup);
