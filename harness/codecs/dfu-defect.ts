/** Why bytes are no DFU package, manifest, init packet or settings page: what does not hold, and where. */
export interface DfuDefect {
  /** Stable kebab-case name, `<part>-<what>`: `zip-name`, `manifest-member`, `packet-varint`, ... */
  readonly defect: string;
  /** Offset in the bytes that were read. */
  readonly at: number;
  readonly expected: string;
  readonly got: string;
}

/** Carries a defect out of a reader; never leaves the codec (see `orDefect`). */
export class DfuMisfit extends Error {
  readonly found: DfuDefect;

  constructor(defect: string, at: number, expected: string, got: string | number) {
    super(defect);
    this.found = { defect, at, expected, got: String(got).slice(0, 120) };
  }
}

/** Runs a reader; gives its result, or the defect it ended with. */
export function orDefect<T>(read: () => T): T | DfuDefect {
  try {
    return read();
  } catch (error) {
    if (error instanceof DfuMisfit) return error.found;
    throw error;
  }
}

/** True for the outcome of a reading that failed. */
export function isDfuDefect(parsed: object): parsed is DfuDefect {
  return 'defect' in parsed;
}
