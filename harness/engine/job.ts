import type { Attack, CutEffort } from '#core/attack.ts';
import { InternalError } from '#core/errors.ts';
import type { Bench, BoardEntry } from '#core/rig.ts';
import type { WearBook } from '#engine/care/wear-book.ts';
import { Crew } from '#engine/crew.ts';
import { planAttack, type PlanItem } from '#engine/plan.ts';
import { runBoard, type BoardResult, type BoardRun } from '#engine/run-board.ts';

/** A board run as plain data, which may cross into another thread. */
export interface Job extends Pick<
  BoardRun,
  'flaws' | 'seed' | 'controls' | 'runDir' | 'stopAtFail' | 'resumeFrom'
> {
  readonly board: string;
  readonly cuts?: CutEffort | undefined;
  /** Threads that may help a long sweep; default none. */
  readonly helpers?: number;
  readonly picks: readonly { readonly attack: string; readonly scenario: string }[];
}

export type JobHooks = Pick<BoardRun, 'signal' | 'onEvent'>;

function missing(what: string, id: string): InternalError {
  return new InternalError({
    code: `job-${what}`,
    message: `${what} ${id} of a planned job is not there`,
    remedy:
      'the bench and the suites must give the same plan in every thread: look for what changes between loads',
  });
}

/** Runs jobs on the boards of a bench; plans are made once per board, attack and seed. */
export class JobRunner {
  readonly #bench: Bench;
  readonly #attacks: readonly Attack[];
  readonly #benchReference: string | null;
  readonly #book: WearBook | undefined;
  readonly #plans = new Map<string, readonly PlanItem[]>();

  /** With the bench's name, by which other threads open copies of its boards, sweeps can be shared out. */
  constructor(
    bench: Bench,
    attacks: readonly Attack[],
    benchReference: string | null = null,
    book?: WearBook,
  ) {
    this.#bench = bench;
    this.#attacks = attacks;
    this.#benchReference = benchReference;
    this.#book = book;
  }

  async run(job: Job, hooks: JobHooks): Promise<BoardResult> {
    const plain = this.#bench.boards.find((board) => board.facts.id === job.board);
    if (plain === undefined) throw missing('board', job.board);
    const entry = job.flaws.length === 0 ? plain : (plain.built?.(job.flaws) ?? plain);
    const items = job.picks.map((pick) => this.#item(entry, job, pick));
    const book = this.#book === undefined ? {} : { book: this.#book };
    const { allow = [] } = this.#bench;
    const run = { ...job, ...hooks, ...book, allow, entry, items };
    const { board, flaws, helpers = 0 } = job;
    if (helpers === 0 || this.#benchReference === null) return runBoard(run);
    await using crew = new Crew({ benchReference: this.#benchReference, board, flaws }, helpers);
    return await runBoard({ ...run, crew });
  }

  #item(entry: BoardEntry, job: Job, pick: Job['picks'][number]): PlanItem {
    const item = this.#plan(entry, job, pick.attack).find(({ scenario }) => scenario.id === pick.scenario);
    if (item === undefined) throw missing('scenario', pick.scenario);
    return item;
  }

  #plan(entry: BoardEntry, { seed, cuts, flaws }: Job, id: string): readonly PlanItem[] {
    const build = entry.built === undefined ? [] : flaws;
    const key = `${entry.facts.id} ${build.join(' ')} ${seed} ${JSON.stringify(cuts)} ${id}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const attack = this.#attacks.find((candidate) => candidate.id === id);
    if (attack === undefined) throw missing('attack', id);
    const plan = planAttack(entry, attack, seed, cuts);
    this.#plans.set(key, plan);
    return plan;
  }
}
