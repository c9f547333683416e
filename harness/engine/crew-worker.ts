import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { CutObservation, CutSweep, SweepWork } from '#core/cut-sweep.ts';
import { InternalError } from '#core/errors.ts';
import type { CrewOrder, CrewReport, CrewResult, CrewSetup } from '#engine/crew-messages.ts';
import { loadBench } from '#engine/load-bench.ts';
import { toWire } from '#engine/wire-error.ts';

/** Cuts told in one message. */
const BATCH = 128;
/** This thread is ended from outside. */
const { signal } = new AbortController();

function refused(code: string, message: string): InternalError {
  return new InternalError({ code, message, remedy: 'run the same with --jobs 1, and report this' });
}

/** A copy of the board that can be swept. */
type Copy = AsyncDisposable & { readonly sweep: CutSweep };

async function openCopy({ benchReference, board, flaws }: CrewSetup): Promise<Copy> {
  const bench = await loadBench(benchReference);
  const entry = bench.boards.find(({ facts }) => facts.id === board);
  const rig = await entry?.open({ signal, flaws });
  if (rig?.sweep === undefined) throw refused('crew-board', `no copy of ${board} can be swept`);
  return { sweep: rig.sweep, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

/** Carries orders out, one after the other, on a copy of the board that is this thread's own. */
class CrewMember {
  readonly #setup: CrewSetup;
  readonly #post: (report: CrewReport) => void;
  #copy: Copy | null = null;
  #work: SweepWork | null = null;

  constructor(setup: CrewSetup, post: (report: CrewReport) => void) {
    this.#setup = setup;
    this.#post = post;
  }

  async carryOut(order: CrewOrder): Promise<CrewResult[keyof CrewResult]> {
    if (order.type === 'open') {
      this.#copy ??= await openCopy(this.#setup);
      const work = await this.#copy.sweep.open(order.plan, { signal });
      this.#work = work;
      return { facts: work.facts, cutsAt: work.cutsAt };
    }
    const work = this.#work;
    if (work === null) throw refused('crew-order', `${order.type} before a sweep was opened`);
    if (order.type === 'know') await work.know(order.cuts);
    else if (order.type === 'close') await this.#close(work);
    else return this.#cut(work, order);
    return null;
  }

  /** A copy may hold processes and files of its own: it goes with the sweep, and the next one begins on another. */
  async #close(work: SweepWork): Promise<void> {
    const copy = this.#copy;
    this.#work = null;
    this.#copy = null;
    await work.close();
    await copy?.[Symbol.asyncDispose]();
  }

  async #cut(
    work: SweepWork,
    order: Extract<CrewOrder, { type: 'cut' | 'cut-again' }>,
  ): Promise<CrewResult['cut' | 'cut-again']> {
    let batch: CutObservation[] = [];
    const send = () => {
      this.#post({ type: 'cuts', cuts: batch });
      batch = [];
    };
    const options = {
      signal,
      onCut: (cut: CutObservation) => {
        if (batch.push(cut) === BATCH) send();
      },
    };
    const result =
      order.type === 'cut'
        ? await work.cut(order.first, order.end, options).then(() => null)
        : await work.cutAgain(order.deeper, options);
    send();
    return result;
  }
}

function serve(port: MessagePort, setup: CrewSetup): void {
  const member = new CrewMember(setup, (report) => port.postMessage(report));
  port.on('message', (order: CrewOrder) => {
    member.carryOut(order).then(
      (result) => port.postMessage({ type: 'done', result } satisfies CrewReport),
      (error: unknown) => port.postMessage({ type: 'failed', error: toWire(error) } satisfies CrewReport),
    );
  });
}

if (parentPort === null) throw refused('not-a-worker', 'this module is the entry of a worker thread');
serve(parentPort, workerData as CrewSetup);
