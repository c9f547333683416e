import type { Json } from '#core/canonical.ts';
import type { Clock } from '#core/clock.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';
import { printable } from '#engine/printable.ts';

/** Console lines kept of one scenario, and characters kept of one line. */
const MOST_LINES = 400;
const MOST_CHARACTERS = 240;

/** Where a record's evidence goes; both calls may throw BenchError. */
export interface EvidenceSink {
  append(entry: Evidence): void;
  /** Keeps bytes beside the record; their SHA-256 in hex. */
  putBytes(bytes: Uint8Array): string;
  /** Keeps a value in a file of its own, named after what it is and the scenario. */
  attach(what: string, value: Json): void;
}

/**
 * One record under way: links evidence into a chain as it happens. Evidence is added from callbacks of machines and
 * rigs that must not see a full disk as their own failure, so `add` never throws: the trouble goes to `onTrouble`.
 */
export class Recorder {
  readonly entries: Evidence[] = [];
  readonly #sink: EvidenceSink;
  readonly #clock: Clock;
  readonly #began: number;
  readonly #onTrouble: (error: unknown) => void;
  #closed = false;
  #lines = 0;

  constructor(sink: EvidenceSink, clock: Clock, onTrouble: (error: unknown) => void) {
    this.#sink = sink;
    this.#clock = clock;
    this.#began = clock.now();
    this.#onTrouble = onTrouble;
  }

  /** Milliseconds of rig time since the record began. */
  get elapsed(): number {
    return Math.round((this.#clock.now() - this.#began) * 1000) / 1000;
  }

  add(kind: EvidenceKind, data: Json): void {
    if (this.#closed) return;
    const entry = link(this.entries.at(-1), this.elapsed, kind, data);
    try {
      this.#sink.append(entry);
      this.entries.push(entry);
      this.#closed = kind === 'end';
    } catch (error) {
      this.#closed = true;
      this.#onTrouble(error);
    }
  }

  /** A line the board printed; a board that prints without end fills no disk. */
  addConsole(text: string): void {
    this.#lines += 1;
    if (this.#lines <= MOST_LINES) this.add('console', { text: printable(text, MOST_CHARACTERS) });
  }

  /** States how many console lines were not kept, then the end; nothing is recorded after it. */
  end(data: Json): void {
    const left = this.#lines - MOST_LINES;
    if (left > 0) this.add('console', { text: `${left} more lines were not kept` });
    this.add('end', data);
  }

  /** Keeps a value in a file of its own. Throws what the sink throws. */
  attach(what: string, value: Json): void {
    this.#sink.attach(what, value);
  }

  /** Keeps bytes beside the record. Throws what the sink throws. */
  putBytes(bytes: Uint8Array): string {
    return this.#sink.putBytes(bytes);
  }
}
