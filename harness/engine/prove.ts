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
import { MadeBefore } from '#engine/made-before.ts';
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

/** Records of an earlier run or proof, and the boards it opened. */
export interface Known {
  readonly records: readonly RecordSummary[];
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
  /** What was made before with the same seed: it need not be made again. */
  readonly known?: Known;
  /** Told, before anything runs, which of these records stand. */
  readonly onTaken?: (taken: readonly RecordSummary[]) => void;
  /** Folder that keeps the records; left out: nowhere. */
  readonly runDir?: string;
  /** Folder of an interrupted proof, whose sweeps are gone on with. */
  readonly resumeFrom?: string;
}

/** What a proof that was stopped broke off is no blame. */
function falseAlarms(records: readonly RecordSummary[], interrupted: boolean): readonly FalseAlarm[] {
  return records
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable')
    .filter(({ verdict }) => !(interrupted && verdict === 'error'))
    .map(({ board, scenario, verdict, rule, observed }) => ({ board, scenario, verdict, rule, observed }));
}

/** What a board was opened with, also where only builds with flaws were. */
function withInstruments(board: BoardSummary, opened: readonly BoardSummary[]): BoardSummary {
  const { instruments, fuses } = openedBoard(board, opened);
  return { ...board, instruments, fuses };
}

const recordsOf = (results: readonly BoardResult[]) => results.flatMap(({ records }) => records);

/**
 * Proves the attacks both ways: none may blame a sound board, and each must fail a board built with a flaw it claims to
 * expose. A flaw may break the very update that a control relies on, so boards with flaws are judged by the controls of
 * the sound board of the same proof: what differs then is the flaw alone.
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { bench, attacks, selection, seed, executor, onEvent, known = { records: [], boards: [] } } = options;
  const plans = makePlan(bench, attacks, selection, seed, options.cuts);
  const trials = plans.flatMap((plan) => trialsOf(plan, selection.families));
  const before = new MadeBefore(known.records);
  const taken = before.of(plans, trials);
  const left = plans.map((plan) => ({ ...plan, items: before.left(plan.items) }));
  const leftTrials = trials.map((trial) => ({ ...trial, items: before.left(trial.items, trial.flaw.id) }));
  options.onTaken?.(taken);
  onEvent({
    type: 'planned',
    scenarios: [...left, ...leftTrials].reduce((sum, { items }) => sum + items.length, 0),
  });

  const { runDir = null, resumeFrom } = options;
  const kept = { runDir, ...(resumeFrom === undefined ? {} : { resumeFrom }) };
  const base = { ...kept, flaws: [], seed, cuts: options.cuts, controls: [], stopAtFail: false };
  const controlJobs = left.map((plan) => jobFor(controlItems(plan), { ...base, board: plan.entry.facts.id }));
  const controls = await executeAll(executor, controlJobs, options);
  const relied = (board: string): readonly ControlResult[] =>
    controlsOf([{ records: taken }, ...controls], board);

  const soundJobs = left.flatMap((plan) => {
    const board = plan.entry.facts.id;
    return attackGroups(plan).map((items) => jobFor(items, { ...base, board, controls: relied(board) }));
  });
  const trialJobs = leftTrials.map(({ flaw, board, items }): Job =>
    jobFor(items, { ...base, board, flaws: [flaw.id], controls: relied(board), stopAtFail: true }),
  );
  const results = await executeAll(executor, [...soundJobs, ...trialJobs], options);
  const records = [...taken, ...recordsOf(controls), ...recordsOf(results)];
  const opened = [...controls, ...results].map((result) => result.board);

  const sound = records.filter((record) => record.flaws.length === 0);
  return {
    matrix: trials.map((trial) => proofOf(trial, records)),
    forgeries: trials.flatMap((trial) => forgeryProofsOf(trial, records)),
    falseAlarms: falseAlarms(sound, options.signal.aborted),
    sound: sound.length,
    interrupted: options.signal.aborted,
    boards: plans.map((plan) => withInstruments(factsSummary(plan.entry), [...known.boards, ...opened])),
  };
}
