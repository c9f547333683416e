/** Level letter of an ESP-IDF log line. */
export type LogLevel = 'E' | 'W' | 'I';

/** Collects lines in ESP-IDF's log format, `L (ms) tag: text`. */
export class Console {
  readonly lines: string[] = [];
  readonly #now: () => number;

  /** `now` gives the milliseconds since reset that a line is stamped with. */
  constructor(now: () => number) {
    this.#now = now;
  }

  log(level: LogLevel, tag: string, text: string): void {
    this.lines.push(`${level} (${this.#now()}) ${tag}: ${text}`);
  }

  /** A line without prefix, as ROM and panic handler print. */
  raw(text: string): void {
    this.lines.push(text);
  }
}

/** A console whose lines are a few milliseconds apart, like those of a boot. */
export function bootConsole(): Console {
  let ms = 21;
  return new Console(() => (ms += 6));
}

/** Eight hex digits, as `%08x`. */
export function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}
