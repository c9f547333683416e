import type { Attack, CutEffort } from '#core/attack.ts';
import type { ControlResult } from '#core/outcome.ts';
import type { BoardSummary, RecordSummary } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import type { Verdict } from '#core/verdict.ts';
import type { OnEvent } from '#engine/events.ts';
import { factsSummary, openedBoard } from '#engine/board-summary.ts';
import { executeAll, type Executor } from '#engine/executor.ts';
import { forgeryProofsOf, type ForgeryProof } from '#engine/forgery-proofs.ts';
import type { Job } from '#engine/job.ts';
import { attackGroups, controlItems, controlsOf, jobFor } from '#engine/jobs.ts';
import { makePlan, type Selection } from '#engine/plan.ts';
import type { BoardResult } from '#engine/run-board.ts';
import { proofOf, trialsOf, type FlawProof } from '#engine/trials.ts';

/** A sound board that was blamed, or not cleared. */
export interface FalseAlarm {
  readonly board: string;
  readonly scenario: string;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly observed: string;
}

export interface Proof {
  readonly matrix: readonly FlawProof[];
  /** Every forgery that a board can be deceived with, on the twin that lacks the check it aims at. */
  readonly forgeries: readonly ForgeryProof[];
  readonly falseAlarms: readonly FalseAlarm[];
  /** Scenarios run on the sound boards. */
  readonly sound: number;
  readonly interrupted: boolean;
  /** Boards that were proved on, with their instruments where they were opened. */
  readonly boards: readonly BoardSummary[];
}

export interface ProveOptions {
  readonly bench: Bench;
  readonly attacks: readonly Attack[];
  readonly selection: Pick<Selection, 'boards' | 'families'>;
  readonly seed: number;
  readonly cuts?: CutEffort | undefined;
  readonly executor: Executor;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** Records of the sound boards, where a run of the same seed has just made them. */
  readonly known?: readonly RecordSummary[];
}

function falseAlarms(records: readonly RecordSummary[]): readonly FalseAlarm[] {
  return records
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable')
    .map(({ board, scenario, verdict, rule, observed }) => ({ board, scenario, verdict, rule, observed }));
}

const recordsOf = (results: readonly BoardResult[]) => results.flatMap(({ records }) => records);

/**
 * Proves the attacks both ways: none may blame a sound board, and each must fail a board built with a flaw it claims to
 * expose. A flaw may break the very update that a control relies on, so boards with flaws are judged by the controls of
 * the sound board of the same proof: what differs then is the flaw alone.
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { bench, attacks, selection, seed, executor, onEvent, known } = options;
  const plans = makePlan(bench, attacks, selection, seed, options.cuts);
  const trials = plans.flatMap((plan) => trialsOf(plan, selection.families));
  const planned = known === undefined ? plans.reduce((sum, { items }) => sum + items.length, 0) : 0;
  onEvent({ type: 'planned', scenarios: planned + trials.reduce((sum, { items }) => sum + items.length, 0) });

  const base = { flaws: [], seed, cuts: options.cuts, controls: [], runDir: null, stopAtFail: false };
  const controlJobs = plans.map((plan) =>
    jobFor(controlItems(plan), { ...base, board: plan.entry.facts.id }),
  );
  const controls = known === undefined ? await executeAll(executor, controlJobs, options) : [];
  const relied = (board: string): readonly ControlResult[] =>
    controlsOf(known === undefined ? controls : [{ records: known }], board);

  const soundJobs = plans.flatMap((plan) => {
    const board = plan.entry.facts.id;
    return attackGroups(plan).map((items) => jobFor(items, { ...base, board, controls: relied(board) }));
  });
  const trialJobs = trials.map(({ flaw, board, items }): Job =>
    jobFor(items, { ...base, board, flaws: [flaw.id], controls: relied(board), stopAtFail: true }),
  );
  const jobs = [...(known === undefined ? soundJobs : []), ...trialJobs];
  const results = await executeAll(executor, jobs, options);
  const records = [...(known ?? recordsOf(controls)), ...recordsOf(results)];
  const opened = [...controls, ...results].map((result) => result.board);

  const sound = records.filter((record) => record.flaws.length === 0);
  return {
    matrix: trials.map((trial) => proofOf(trial, records)),
    forgeries: trials.flatMap((trial) => forgeryProofsOf(trial, records)),
    falseAlarms: falseAlarms(sound),
    sound: sound.length,
    interrupted: options.signal.aborted,
    boards: plans.map((plan) => openedBoard(factsSummary(plan.entry), opened)),
  };
}
