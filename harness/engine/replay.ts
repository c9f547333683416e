import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '#core/attack.ts';
import { sha256Hex } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import type { ControlResult } from '#core/outcome.ts';
import type { RecordSummary } from '#core/record.ts';
import type { Bench, BoardEntry } from '#core/rig.ts';
import type { OnEvent } from '#engine/events.ts';
import { decodeValue, type GetBytes } from '#engine/json-value.ts';
import { suggest } from '#engine/nearest.ts';
import { CONTROL, planAttack, type PlanItem } from '#engine/plan.ts';
import type { RunContents } from '#engine/read-run.ts';
import { runBoard, type BoardRun } from '#engine/run-board.ts';
import { recordedInput } from '#engine/summarize.ts';

export interface ReplayOptions {
  readonly run: RunContents;
  /** Scenario id; `board` tells which where several boards ran it. */
  readonly scenario: string;
  readonly board: string | undefined;
  readonly bench: Bench;
  readonly attacks: readonly Attack[];
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

export interface Replay {
  readonly recorded: RecordSummary;
  readonly replayed: RecordSummary;
  /** Whether the suite still makes the recorded stimulus from the recorded seed. */
  readonly sameStimulus: boolean;
  readonly sameVerdict: boolean;
}

function unknown(what: string, name: string, known: readonly string[]): UsageError {
  return new UsageError({
    code: `${what}-unknown`,
    message: `the run has no ${what} ${name}`,
    remedy: suggest(name, known),
  });
}

/** The record of a scenario. Throws UsageError where the run has none, or several and no board was named. */
export function findRecord({
  run,
  scenario,
  board,
}: Pick<ReplayOptions, 'run' | 'scenario' | 'board'>): RecordSummary {
  const named = run.records.filter((record) => record.scenario === scenario);
  if (named.length === 0)
    throw unknown(
      'scenario',
      scenario,
      run.records.map((record) => record.scenario),
    );
  const boards = named.map((record) => record.board);
  const found = board === undefined ? named : named.filter((record) => record.board === board);
  if (found[0] === undefined) throw unknown('board', board ?? '', boards);
  if (found.length === 1) return found[0];
  throw new UsageError({
    code: 'board-ambiguous',
    message: `${scenario} ran on ${boards.join(' and ')}`,
    remedy: 'say which with --board',
  });
}

/** Bytes that the run kept, checked against their name. */
export function bytesOf(run: string): GetBytes {
  return (sha256) => {
    const path = join(run, 'files', `${/^[0-9a-f]{64}$/.test(sha256) ? sha256 : 'unnamed'}.bin`);
    const altered = (got: string) =>
      new UsageError({
        code: 'record-bytes',
        message: `the recorded input ${sha256.slice(0, 16)} cannot be used`,
        got,
        remedy: 'run `assay verify` on the run folder: a file was removed or altered',
      });
    let bytes: Uint8Array;
    try {
      bytes = Uint8Array.from(readFileSync(path));
    } catch (error) {
      throw altered(error instanceof Error ? error.message : String(error));
    }
    if (sha256Hex(bytes) === sha256) return bytes;
    throw altered('bytes with another digest');
  };
}

/** A board of a bench. Throws UsageError `board-unknown`. */
export function boardNamed({ boards }: Bench, id: string): BoardEntry {
  const entry = boards.find((board) => board.facts.id === id);
  if (entry !== undefined) return entry;
  throw unknown(
    'board',
    id,
    boards.map(({ facts }) => facts.id),
  );
}

/** The scenario as the suite makes it from the recorded seed, with the recorded input in place of a fresh one. */
function recordedItem(entry: BoardEntry, record: RecordSummary, options: ReplayOptions): PlanItem {
  const { attacks, run } = options;
  const attack = attacks.find((candidate) => candidate.id === record.attack);
  if (attack === undefined)
    throw unknown(
      'attack',
      record.attack,
      attacks.map(({ id }) => id),
    );
  const made = planAttack(entry, attack, record.seed, run.header.cuts).find(
    ({ scenario }) => scenario.id === record.scenario,
  );
  if (made === undefined) throw unknown('scenario', record.scenario, []);
  const json = recordedInput(run.evidence(record.evidence.file));
  const input = decodeValue(json, bytesOf(run.path));
  return { ...made, scenario: { ...made.scenario, input } };
}

type Common = Pick<BoardRun, 'entry' | 'seed' | 'runDir' | 'stopAtFail' | 'signal' | 'onEvent'>;

/** Runs the control that a scenario relies on, on the sound board. */
async function runControl(
  item: PlanItem,
  common: Common,
  attacks: readonly Attack[],
): Promise<ControlResult[]> {
  if (item.scenario.control === null) return [];
  const controls = attacks
    .filter((attack) => attack.family === CONTROL)
    .flatMap((attack) => planAttack(common.entry, attack, common.seed))
    .filter(({ scenario }) => scenario.id === item.scenario.control);
  const { records } = await runBoard({ ...common, items: controls, flaws: [], controls: [] });
  return records.map(({ scenario, verdict, evidence }) => ({ scenario, verdict, head: evidence.head }));
}

/**
 * Repeats one scenario from its recorded seed and input, after its control. Throws UsageError where the run has no such
 * scenario, the bench no such board, or the recorded input was altered.
 */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { bench, attacks, signal, onEvent } = options;
  const recorded = findRecord(options);
  const entry = boardNamed(bench, recorded.board);
  const item = recordedItem(entry, recorded, options);
  const { seed, flaws } = recorded;
  const common = { entry, seed, runDir: null, stopAtFail: false, signal, onEvent };
  const controls = await runControl(item, common, attacks);
  const { records } = await runBoard({ ...common, items: [item], flaws, controls });
  const replayed = records[0];
  if (replayed === undefined) throw signal.reason;
  return {
    recorded,
    replayed,
    sameStimulus: replayed.stimulus === recorded.stimulus,
    sameVerdict: replayed.verdict === recorded.verdict,
  };
}
