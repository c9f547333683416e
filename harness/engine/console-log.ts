import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inertJsonLine } from '#core/inert-json.ts';
import { onDisk } from '#engine/disk-error.ts';
import { makeFolder } from '#engine/make-folder.ts';
import { writeAll } from '#engine/run-folder.ts';

/** Where a log ends whatever the board goes on printing: a board that prints without end fills no disk. */
const LONGEST_LOG = 4 * 1024 * 1024 * 1024;

/** A line that a board printed, when it did. */
export interface LoggedLine {
  /** Milliseconds on the rig's clock since the scenario began. */
  readonly at: number;
  readonly text: string;
}

/** A log that is complete. */
export interface KeptLog {
  /** Path in the run folder. */
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Lines that came after the longest log was reached. */
  readonly dropped: number;
}

/**
 * Everything a board printed in one scenario, whole, beside the record: a JSON object a line, in which no character acts
 * on a terminal. Made only where the record itself has to leave something out.
 */
export class ConsoleLog {
  readonly #file: string;
  readonly #path: string;
  readonly #sha256 = createHash('sha256');
  #fd: number | null = null;
  #lines = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(runDir: string, file: string) {
    this.#file = file;
    this.#path = join(runDir, file);
  }

  /** Appends a line at once. Throws BenchError where the disk does not take it. */
  write({ at, text }: LoggedLine): void {
    const line = Buffer.from(`${inertJsonLine({ at, text })}\n`);
    if (this.#bytes + line.length > LONGEST_LOG) {
      this.#dropped += 1;
      return;
    }
    onDisk(this.#path, () => writeAll(this.#open(), line));
    this.#sha256.update(line);
    this.#lines += 1;
    this.#bytes += line.length;
  }

  /** What was kept; null where nothing was. */
  kept(): KeptLog | null {
    if (this.#lines === 0) return null;
    const sha256 = this.#sha256.copy().digest('hex');
    return { file: this.#file, lines: this.#lines, bytes: this.#bytes, sha256, dropped: this.#dropped };
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #open(): number {
    if (this.#fd === null) {
      makeFolder(dirname(this.#path));
      this.#fd = openSync(this.#path, 'w');
    }
    return this.#fd;
  }
}
