import type { EngineEvent, OnEvent } from '#engine/events.ts';
import { printable } from '#engine/printable.ts';
import type { RecordSummary } from '#core/record.ts';
import { fit, type Style, type Terminal } from './terminal.ts';
import { leftOf, type Pace, UnderWay } from './under-way.ts';

/** Where progress is written. */
export interface ProgressOutput {
  readonly terminal: Terminal;
  readonly write: (text: string) => void;
}

const REWRITE_MS = 100;
/** A log that says nothing for longer looks hung, and some CI services end the job. */
const SILENCE_MS = 60_000;
const STYLE: Readonly<Record<RecordSummary['verdict'], Style>> = {
  pass: 'green',
  fail: 'red',
  error: 'red',
  inconclusive: 'yellow',
  'not-applicable': 'dim',
};

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function boardName({ board, flaws }: { readonly board: string; readonly flaws: readonly string[] }): string {
  return flaws.length === 0 ? board : `${board} with ${flaws.join(', ')}`;
}

function paceText(pace: Pace): string {
  const where = `${boardName(pace)} ${pace.scenario}`;
  if (pace.steps === null) return where;
  const { done, total, rate, left } = pace.steps;
  const speed = Number.isNaN(left) ? '' : `, ${Math.round(rate)}/s, ETA ${clock(left)}`;
  return `${where}: ${done}/${total}${speed}`;
}

/**
 * Shows what an engine does: on a live terminal one line that is written over, elsewhere a line a scenario on a sound
 * board, a line for each tenth of the scenarios on boards with flaws, and a line a minute where neither comes.
 */
export class Progress {
  readonly onEvent: OnEvent = (event) => this.#take(event);
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #began: number;
  #planned = 0;
  #done = 0;
  #drawn = Number.NEGATIVE_INFINITY;
  #said: number;
  #tenth = 0;
  readonly #underWay = new UnderWay();

  constructor(output: ProgressOutput, now: () => number) {
    this.#output = output;
    this.#now = now;
    this.#began = now();
    this.#said = this.#began;
  }

  /** Writes a whole line, above the live one. */
  readonly say = (line: string): void => {
    this.#wipe();
    this.#said = this.#now();
    this.#output.write(`${line}\n`);
  };

  /** Removes the live line. */
  finish(): void {
    this.#wipe();
  }

  #take(event: EngineEvent): void {
    switch (event.type) {
      case 'planned':
        this.#restart(event.scenarios);
        break;
      case 'scenario-start':
        this.#underWay.begin(event);
        break;
      case 'scenario-progress':
        this.#underWay.step(event, this.#now());
        break;
      case 'scenario-end':
        this.#end(event.record);
        break;
      case 'scenarios-dropped':
        this.#planned -= event.count;
        break;
      case 'board-failed':
        this.say(`cannot open ${event.board}: ${printable(event.message)}`);
        break;
      case 'report':
        break;
      case 'report-skipped':
        this.say(`no ${event.format} report: ${event.reason}`);
        break;
    }
    this.#draw();
  }

  #restart(planned: number): void {
    this.#began = this.#now();
    this.#planned = planned;
    this.#done = 0;
    this.#underWay.clear();
    this.#tenth = 0;
  }

  #end(record: RecordSummary): void {
    this.#done += 1;
    this.#underWay.end(record);
    const sound = record.flaws.length === 0;
    const { terminal } = this.#output;
    const quiet = terminal.live ? record.verdict === 'pass' || record.verdict === 'not-applicable' : false;
    if (sound && !quiet) this.#sayVerdict(record);
    if (!sound && !terminal.live) this.#sayTenth();
  }

  #sayVerdict(record: RecordSummary): void {
    const { terminal } = this.#output;
    const label = record.verdict.padEnd(14);
    const rest = fit(
      `${record.board}  ${record.scenario}  ${record.wallMs} ms`,
      terminal.width - label.length - 1,
    );
    this.say(`${terminal.paint(STYLE[record.verdict], label)} ${rest}`);
  }

  #sayTenth(): void {
    const tenth = Math.floor((10 * this.#done) / Math.max(1, this.#planned));
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.say(this.#summary(this.#underWay.longest(this.#now())));
  }

  #summary(longest: Pace | null): string {
    const seconds = (this.#now() - this.#began) / 1000;
    const done = this.#done + this.#underWay.parts();
    const rate = done / Math.max(seconds, 0.001);
    // What runs may take longer than all the others together would.
    const left = Math.max((this.#planned - done) / rate, longest === null ? 0 : leftOf(longest));
    const eta = done > 0 ? clock(left) : '-:--';
    return `${this.#done}/${this.#planned} scenarios, ${rate.toFixed(1)}/s, ETA ${eta}`;
  }

  /** How far the whole is, and how far what it waits for. */
  #state(): string {
    const longest = this.#underWay.longest(this.#now());
    const summary = this.#summary(longest);
    return longest === null ? summary : `${summary}  ${paceText(longest)}`;
  }

  #draw(): void {
    if (this.#planned === 0) return;
    const { terminal, write } = this.#output;
    if (!terminal.live) {
      if (this.#now() - this.#said >= SILENCE_MS) this.say(this.#state());
      return;
    }
    if (this.#now() - this.#drawn < REWRITE_MS) return;
    this.#drawn = this.#now();
    write(`\r\u001b[2K${fit(this.#state(), terminal.width - 1)}`);
  }

  #wipe(): void {
    if (this.#output.terminal.live) this.#output.write('\r\u001b[2K');
    this.#drawn = Number.NEGATIVE_INFINITY;
  }
}
