import type { Clock } from '#core/clock.ts';
import type { Json } from '#core/canonical.ts';
import { GENESIS } from '#core/evidence.ts';
import type { ControlResult } from '#core/outcome.ts';
import type { BoardSummary, RecordSummary } from '#core/record.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import { boardSummary, factsSummary } from '#engine/board-summary.ts';
import type { OnEvent } from '#engine/events.ts';
import { CONTROL, type PlanItem } from '#engine/plan.ts';
import { openRecord, type RecordFile } from '#engine/record-file.ts';
import { Recorder } from '#engine/recorder.ts';
import { failToStart, runScenario, skipScenario, type ScenarioSetup } from '#engine/scenario.ts';
import { summarize } from '#engine/summarize.ts';
import { wallClock } from '#engine/wall-clock.ts';

/** Scenarios to run on one board, one after the other on one rig. */
export interface BoardRun {
  readonly entry: BoardEntry;
  readonly items: readonly PlanItem[];
  readonly flaws: readonly string[];
  readonly seed: number;
  /** Controls that ran before in the same run. */
  readonly controls: readonly ControlResult[];
  /** Run folder that keeps the records; null: nowhere. */
  readonly runDir: string | null;
  /** Leave the rest of an attack out once one of its scenarios failed. */
  readonly stopAtFail: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

export interface BoardResult {
  readonly board: BoardSummary;
  readonly records: readonly RecordSummary[];
}

type Play = (item: PlanItem, setup: ScenarioSetup, signal: AbortSignal) => Promise<unknown>;

/** Runs a board's items in order, keeping what each gave. */
class BoardRunner {
  readonly records: RecordSummary[] = [];
  readonly #run: BoardRun;
  readonly #controls: Map<string, ControlResult>;
  #current: Recorder | null = null;

  constructor(run: BoardRun) {
    this.#run = run;
    this.#controls = new Map(run.controls.map((control) => [control.scenario, control]));
  }

  /** A line of the board's console belongs to the scenario under way. */
  readonly console = (line: { readonly text: string }): void => this.#current?.addConsole(line.text);

  async playAll(play: Play, clock: Clock): Promise<void> {
    const { items, signal, stopAtFail, onEvent } = this.#run;
    for (const item of items) {
      if (signal.aborted) return;
      if (stopAtFail && this.#failed(item.attack.id)) onEvent({ type: 'scenarios-dropped', count: 1 });
      else await this.#playOne(item, item.skip === null ? play : skip, clock);
    }
  }

  /** The control that an item relies on; only the controls themselves need none. */
  controlOf(item: PlanItem): ControlResult | 'is-control' {
    const { control } = item.scenario;
    if (control === null && item.attack.family === CONTROL) return 'is-control';
    const name = control ?? '(none)';
    return this.#controls.get(name) ?? { scenario: name, verdict: 'inconclusive', head: GENESIS };
  }

  #failed(attack: string): boolean {
    return this.records.some((record) => record.attack === attack && record.verdict === 'fail');
  }

  async #playOne(item: PlanItem, play: Play, clock: Clock): Promise<void> {
    const { flaws, seed, runDir, onEvent } = this.#run;
    const where = { board: item.board, flaws, scenario: item.scenario.id };
    const disk = new AbortController();
    const file = openRecord(runDir, where);
    try {
      const recorder = new Recorder(file, clock, (error) => disk.abort(error));
      this.#current = recorder;
      onEvent({ type: 'scenario-start', ...where });
      await play(item, { item, flaws, seed, recorder }, disk.signal);
      if (disk.signal.aborted) throw disk.signal.reason;
      this.#finish(recorder, file);
    } finally {
      this.#current = null;
      file.close();
    }
  }

  #finish(recorder: Recorder, file: RecordFile): void {
    const summary = summarize(recorder.entries, file.file);
    if (summary === null) return;
    file.finish(summary as unknown as Json);
    this.records.push(summary);
    if (summary.family === CONTROL) {
      const { scenario, verdict, evidence } = summary;
      this.#controls.set(scenario, { scenario, verdict, head: evidence.head });
    }
    this.#run.onEvent({ type: 'scenario-end', record: summary });
  }
}

const skip: Play = (item, setup) => Promise.resolve(skipScenario(setup, item.skip ?? ''));

function playOn(rig: OpenRig, run: BoardRun, runner: BoardRunner): Play {
  return (item, setup, disk) =>
    runScenario({
      ...setup,
      rig,
      control: runner.controlOf(item),
      signal: AbortSignal.any([run.signal, disk]),
      onProgress: (done, total) => {
        run.onEvent({
          type: 'scenario-progress',
          board: item.board,
          scenario: item.scenario.id,
          done,
          total,
        });
      },
    });
}

function openRig({ entry, flaws, signal }: BoardRun): Promise<OpenRig> {
  return entry.open({ signal, ...(flaws.length === 0 ? {} : { flaws }) });
}

/**
 * Opens the board once and runs its items. A board that cannot be opened gives each of them the verdict `error`.
 * Rejects only where the records cannot be kept.
 */
export async function runBoard(run: BoardRun): Promise<BoardResult> {
  const runner = new BoardRunner(run);
  if (run.items.every((item) => item.skip !== null)) {
    await runner.playAll(skip, wallClock());
    return { board: factsSummary(run.entry), records: runner.records };
  }
  const opened = await openRig(run).catch((error: unknown) => ({ error }));
  if ('error' in opened) {
    run.onEvent({ type: 'board-failed', board: run.entry.facts.id, message: String(opened.error) });
    await runner.playAll((_, setup) => Promise.resolve(failToStart(setup, opened.error)), wallClock());
    return { board: factsSummary(run.entry), records: runner.records };
  }
  await using rig = opened;
  rig.onConsole(runner.console);
  const board = await boardSummary(run.entry, rig, run.signal);
  await runner.playAll(playOn(rig, run, runner), rig.clock);
  return { board, records: runner.records };
}
