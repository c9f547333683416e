import type { Worker } from 'node:worker_threads';
import type { CutObservation, SweepPlan, SweepWork } from '#core/cut-sweep.ts';
import { InternalError } from '#core/errors.ts';
import type { CrewOrder, CrewReport, CrewResult, CrewSetup } from '#engine/crew-messages.ts';
import { startThread } from '#engine/thread.ts';
import { fromWire } from '#engine/wire-error.ts';

type OnCut = (cut: CutObservation) => void;

/** Gives an order to a thread; rejects with what went wrong there, or with the signal's reason at once. */
function order<T extends CrewOrder['type']>(
  thread: Worker,
  wanted: Extract<CrewOrder, { readonly type: T }>,
  signal: AbortSignal | null,
  onCut: OnCut = () => undefined,
): Promise<CrewResult[T]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      signal?.removeEventListener('abort', aborted);
      thread.off('message', heard).off('error', failed).off('exit', failed);
      act();
    };
    const aborted = () => settle(() => reject(signal?.reason));
    const failed = (why: unknown) => settle(() => reject(died(why)));
    const heard = (report: CrewReport) => {
      if (report.type === 'cuts') report.cuts.forEach(onCut);
      else if (report.type === 'failed') settle(() => reject(fromWire(report.error)));
      else settle(() => resolve(report.result as CrewResult[T]));
    };
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    thread.on('message', heard).on('error', failed).on('exit', failed);
    signal?.addEventListener('abort', aborted, { once: true });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    thread.postMessage(wanted);
  });
}

function died(why: unknown): InternalError {
  return new InternalError({
    code: 'worker-died',
    message: `a thread that took part in a sweep ended: ${String(why)}`,
    remedy: 'run the same selection with --jobs 1 to see where',
    cause: why,
  });
}

/** The share of a sweep that a thread has. */
async function shareOf(thread: Worker, plan: SweepPlan, signal: AbortSignal): Promise<SweepWork> {
  const { facts, cutsAt } = await order(thread, { type: 'open', plan }, signal);
  return {
    facts,
    cutsAt,
    know: async (cuts) => void (await order(thread, { type: 'know', cuts }, signal)),
    cut: async (first, end, options) =>
      void (await order(thread, { type: 'cut', first, end }, options.signal, options.onCut)),
    cutAgain: (deeper, options) =>
      order(thread, { type: 'cut-again', deeper }, options.signal, options.onCut),
    close: async () => void (await order(thread, { type: 'close' }, signal)),
  };
}

/** Threads that each have a copy of one virtual board, to share in its sweeps. They start when first needed. */
export class Crew implements AsyncDisposable {
  readonly #setup: CrewSetup;
  readonly #size: number;
  #threads: readonly Worker[] = [];

  constructor(setup: CrewSetup, size: number) {
    this.#setup = setup;
    this.#size = size;
  }

  /** Opens a sweep on every copy; the signal ends the threads, wherever they are in it. */
  open(plan: SweepPlan, signal: AbortSignal): Promise<readonly SweepWork[]> {
    signal.addEventListener('abort', () => void this[Symbol.asyncDispose](), { once: true });
    if (this.#threads.length === 0) {
      this.#threads = Array.from({ length: this.#size }, () => startThread('crew-worker', this.#setup));
    }
    return Promise.all(this.#threads.map((thread) => shareOf(thread, plan, signal)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
