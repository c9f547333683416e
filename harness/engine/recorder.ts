import type { Json } from '#core/canonical.ts';
import type { Clock } from '#core/clock.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';
import { isFaultLine, type CrashSeen } from '#core/fault-line.ts';
import type { ConsoleLog, LoggedLine } from '#engine/console-log.ts';
import { printable } from '#engine/printable.ts';
import type { Redact } from '#engine/redact.ts';
import type { FindingFiles } from '#engine/triage/finding-files.ts';

/** Console lines that a record holds of one scenario, and characters of one line. */
const MOST_LINES = 400;
const MOST_CHARACTERS = 240;
/** Lines of crashes that are kept for the verdict: a board that restarts for ever must not fill memory. */
const MOST_CRASHES = 64;

/** Where a record's evidence goes; both calls may throw BenchError. */
export interface EvidenceSink {
  append(entry: Evidence): void;
  /** Keeps bytes beside the record; their SHA-256 in hex. */
  putBytes(bytes: Uint8Array): string;
  /** Keeps a value in a file of its own, named after what it is and the scenario. */
  attach(what: string, value: Json): void;
  /** Keeps a file under its name, in the place of an earlier one. */
  keepFile(file: string, content: Json | Uint8Array): void;
  /** Whether anything is kept at all. */
  readonly keeps: boolean;
  /** Keeps files in a folder of their own, unless there is one of that name. */
  keepFinding(id: string, files: FindingFiles): void;
  /** Where console lines go, whole, once the record cannot hold all of them. */
  readonly log: Pick<ConsoleLog, 'write' | 'kept'>;
}

/**
 * One record under way: links evidence into a chain as it happens. Evidence is added from callbacks of machines and
 * rigs that must not see a full disk as their own failure, so `add` never throws: the trouble goes to `onTrouble`.
 */
export class Recorder {
  readonly entries: Evidence[] = [];
  /** Lines by which the firmware said that it crashed, oldest first. */
  readonly crashes: CrashSeen[] = [];
  readonly #sink: EvidenceSink;
  readonly #clock: Clock;
  readonly #began: number;
  readonly #onTrouble: (error: unknown) => void;
  readonly #redact: Redact;
  #closed = false;
  #lines = 0;
  /** Lines so far, as long as the record holds all of them whole; null once they are in the log. */
  #early: LoggedLine[] | null = [];

  constructor(
    sink: EvidenceSink,
    clock: Clock,
    onTrouble: (error: unknown) => void,
    redact: Redact = (value) => value,
  ) {
    this.#sink = sink;
    this.#clock = clock;
    this.#began = clock.now();
    this.#onTrouble = onTrouble;
    this.#redact = redact;
  }

  /** Whether the record is kept in a run folder. */
  get keeps(): boolean {
    return this.#sink.keeps;
  }

  /** Milliseconds of rig time since the record began. */
  get elapsed(): number {
    return Math.round((this.#clock.now() - this.#began) * 1000) / 1000;
  }

  add(kind: EvidenceKind, data: Json): void {
    if (this.#closed) return;
    const entry = link(this.entries.at(-1), this.elapsed, kind, this.#redact(data));
    try {
      this.#sink.append(entry);
      this.entries.push(entry);
      this.#closed = kind === 'end';
    } catch (error) {
      this.#closed = true;
      this.#onTrouble(error);
    }
  }

  /** A line the board printed: shortened in the record, whole in the log as soon as anything was shortened. */
  addConsole(printed: string): void {
    const text = this.#redact(printed);
    this.#lines += 1;
    const line = { at: this.elapsed, text };
    if (this.crashes.length < MOST_CRASHES && isFaultLine(text)) {
      this.crashes.push({ atMs: line.at, text: printable(text, MOST_CHARACTERS) });
    }
    if (this.#early !== null) {
      this.#early.push(line);
      if (this.#lines > MOST_LINES || text.length > MOST_CHARACTERS) this.#keepLog(this.#early);
    } else this.#keepLog([line]);
    if (this.#lines <= MOST_LINES) this.add('console', { text: printable(text, MOST_CHARACTERS) });
  }

  #keepLog(lines: readonly LoggedLine[]): void {
    this.#early = null;
    if (this.#closed) return;
    try {
      for (const line of lines) this.#sink.log.write(line);
    } catch (error) {
      this.#closed = true;
      this.#onTrouble(error);
    }
  }

  /** States where the whole console is, where the record left some of it out, then the end; nothing is recorded after it. */
  end(data: Json): void {
    const kept = this.#sink.log.kept();
    if (kept !== null) {
      const dropped = kept.dropped === 0 ? '' : `, ${kept.dropped} more were not kept`;
      this.add('console', {
        text: `${kept.lines} lines, whole, are in ${kept.file}${dropped}`,
        log: { ...kept },
      });
    }
    this.add('end', data);
  }

  /** Keeps a value in a file of its own. Throws what the sink throws. */
  attach(what: string, value: Json): void {
    this.#sink.attach(what, this.#redact(value));
  }

  /** Keeps a file in the run folder. Throws what the sink throws. */
  keepFile(file: string, content: Json | Uint8Array): void {
    this.#sink.keepFile(file, content instanceof Uint8Array ? content : this.#redact(content));
  }

  /** Keeps what is known of a finding in a folder of its own. Throws what the sink throws. */
  keepFinding(id: string, files: FindingFiles): void {
    const told = Object.entries(files).map(([name, content]) => [
      name,
      content instanceof Uint8Array ? content : this.#redact(content),
    ]);
    this.#sink.keepFinding(id, Object.fromEntries(told) as FindingFiles);
  }

  /** Keeps bytes beside the record. Throws what the sink throws. */
  putBytes(bytes: Uint8Array): string {
    return this.#sink.putBytes(bytes);
  }
}
