import type { Clock } from '#core/clock.ts';
import type { Json } from '#core/canonical.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { InternalError } from '#core/errors.ts';
import { GENESIS } from '#core/evidence.ts';
import type { ControlResult } from '#core/outcome.ts';
import type { BoardSummary, RecordSummary } from '#core/record.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import { boardSummary, factsSummary } from '#engine/board-summary.ts';
import { builtAs } from '#engine/built-as.ts';
import { BoardGuard, wearKey } from '#engine/care/board-guard.ts';
import { WearBook } from '#engine/care/wear-book.ts';
import type { Crew } from '#engine/crew.ts';
import type { OnEvent } from '#engine/events.ts';
import { CONTROL, type PlanItem } from '#engine/plan.ts';
import { openRecord, type RecordFile } from '#engine/record-file.ts';
import { Recorder } from '#engine/recorder.ts';
import { redactorOf, type Redact } from '#engine/redact.ts';
import { priorSweeps } from '#engine/resume.ts';
import { failToStart, runScenario, skipScenario, type ScenarioSetup } from '#engine/scenario.ts';
import { summarize } from '#engine/summarize.ts';
import { wallClock } from '#engine/wall-clock.ts';

export interface SessionOptions {
  readonly entry: BoardEntry;
  /** Weaknesses to build in; empty for a sound board. */
  readonly flaws: readonly string[];
  readonly seed: number;
  /** Controls that ran before in the same run. */
  readonly controls: readonly ControlResult[];
  /** Run folder that keeps the records; null: nowhere. */
  readonly runDir: string | null;
  /** Folder of an interrupted run, whose sweeps are gone on with. */
  readonly resumeFrom?: string;
  /** Threads that may share in the board's sweeps; default none. */
  readonly crew?: Crew;
  /** Where the wear of flash is counted; left out: nowhere that lasts. */
  readonly book?: WearBook;
  /** Addresses that the bench allows to be attacked over the air; default none. */
  readonly allow?: readonly string[];
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

/** A board, or the reason why it cannot be opened. */
type Opened = { readonly guard: BoardGuard; readonly rig: OpenRig } | { readonly error: unknown };

/**
 * One board under test: opened when the first scenario needs it, and once. A board that cannot be opened gives every
 * scenario the verdict `error`.
 */
export class BoardSession implements AsyncDisposable {
  /** What a report says of the board; with instruments and fuses once it was opened. */
  board: BoardSummary;
  readonly #options: SessionOptions;
  readonly #controls: Map<string, ControlResult>;
  readonly #redact: Redact;
  readonly #book: WearBook;
  #opened: Opened | null = null;
  #current: Recorder | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#controls = new Map(options.controls.map((control) => [control.scenario, control]));
    this.#redact = redactorOf(options.entry);
    this.#book = options.book ?? WearBook.open(null);
    this.board = factsSummary(options.entry);
  }

  /** Runs one scenario and keeps its record. Rejects only where the record cannot be kept. */
  async play(item: PlanItem): Promise<RecordSummary> {
    const { flaws, runDir, onEvent } = this.#options;
    const where = { board: item.board, flaws, scenario: item.scenario.id };
    const opened = item.skip === null ? await this.#open() : null;
    const file = openRecord(runDir, where);
    try {
      onEvent({ type: 'scenario-start', ...where });
      const summary = await this.#record(item, opened, file);
      onEvent({ type: 'scenario-end', record: summary });
      return summary;
    } finally {
      this.#current = null;
      file.close();
      this.#book.save();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#opened === null || 'error' in this.#opened) return;
    const { guard, rig } = this.#opened;
    const trouble = await guard.leave(this.#options.signal);
    this.#book.save();
    if (trouble !== null) this.#tell(trouble);
    // An instrument that died cannot be given back properly, which is no reason to lose the records of the run.
    try {
      await rig[Symbol.asyncDispose]();
    } catch (error) {
      if (guard.quarantine === null) this.#tell(error);
    }
  }

  async #open(): Promise<Opened> {
    if (this.#opened !== null) return this.#opened;
    const { entry, flaws, signal, allow = [] } = this.#options;
    try {
      const wear = this.#book.meter(wearKey(entry), entry.facts.flash.page);
      const opened = await entry.open({ signal, wear, allow, ...(flaws.length === 0 ? {} : { flaws }) });
      const guard = new BoardGuard({ entry, rig: opened, book: this.#book });
      const { rig } = guard;
      this.#opened = { guard, rig };
      rig.onConsole(({ text }) => this.#current?.addConsole(text));
      this.board = await boardSummary(entry, rig, signal);
    } catch (error) {
      this.#opened ??= { error };
      this.#tell(error);
    }
    return this.#opened;
  }

  #tell(trouble: unknown): void {
    const { entry, onEvent } = this.#options;
    onEvent({ type: 'board-failed', board: entry.facts.id, message: this.#redact(String(trouble)) });
  }

  async #record(item: PlanItem, opened: Opened | null, file: RecordFile): Promise<RecordSummary> {
    const { flaws, seed } = this.#options;
    const disk = new AbortController();
    const clock: Clock = opened !== null && 'rig' in opened ? opened.rig.clock : wallClock();
    const recorder = new Recorder(file, clock, (error) => disk.abort(error), this.#redact);
    this.#current = recorder;
    await this.#conclude(
      item,
      opened,
      { item, flaws, built: builtAs(this.board), seed, recorder },
      disk.signal,
    );
    if (disk.signal.aborted) throw disk.signal.reason;
    const summary = summarize(recorder.entries, file.file);
    if (summary === null) throw unfinished(item);
    file.finish(summary as unknown as Json);
    this.#remember(summary);
    return summary;
  }

  async #conclude(
    item: PlanItem,
    opened: Opened | null,
    setup: ScenarioSetup,
    disk: AbortSignal,
  ): Promise<void> {
    const { signal, flaws, onEvent } = this.#options;
    const { board, scenario } = item;
    if (opened === null) skipScenario(setup, item.skip ?? '');
    else if ('error' in opened) failToStart(setup, opened.error);
    else {
      const { guard } = opened;
      const wasFree = guard.quarantine === null;
      await runScenario({
        ...setup,
        rig: opened.rig,
        prove: (when, until) => guard.prove(when, until) as Promise<Json | null>,
        control: this.#controlOf(item),
        crew: this.#options.crew ?? null,
        priorCuts: this.#priorCuts(item),
        signal: AbortSignal.any([signal, disk]),
        onProgress: (done, total) => {
          onEvent({ type: 'scenario-progress', board, flaws, scenario: scenario.id, done, total });
        },
      });
      if (wasFree && guard.quarantine !== null) this.#tell(guard.quarantine);
    }
  }

  /** The control that an item relies on; only the controls themselves need none. */
  #controlOf(item: PlanItem): ControlResult | 'is-control' {
    const { control } = item.scenario;
    if (control === null && item.attack.family === CONTROL) return 'is-control';
    const name = control ?? '(none)';
    return this.#controls.get(name) ?? { scenario: name, verdict: 'inconclusive', head: GENESIS };
  }

  #priorCuts({ board, scenario }: PlanItem): readonly (readonly CutObservation[])[] {
    const { resumeFrom, flaws } = this.#options;
    if (resumeFrom === undefined) return [];
    const now = { stimulus: scenario.stimulus, built: builtAs(this.board) };
    return priorSweeps(resumeFrom, { board, flaws, scenario: scenario.id }, now);
  }

  #remember({ family, scenario, verdict, evidence }: RecordSummary): void {
    if (family === CONTROL) this.#controls.set(scenario, { scenario, verdict, head: evidence.head });
  }
}

function unfinished(item: PlanItem): InternalError {
  return new InternalError({
    code: 'record-unfinished',
    message: `the record of ${item.scenario.id} has no end`,
    remedy: 'report this with the run folder',
  });
}
