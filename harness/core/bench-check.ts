/** How one thing of a bench was found; `unknown`: it could not be looked at here. */
export type BenchState = 'well' | 'doubtful' | 'broken' | 'unknown';

/** One finding about a bench, with what mends it. */
export interface BenchCheck {
  /** What was looked at, kebab-case: `port-access`, `vbus-switching`. */
  readonly check: string;
  readonly state: BenchState;
  /** What was seen, one sentence. */
  readonly seen: string;
  /** A command to type, or a sentence where no command can do it; present unless all is well. */
  readonly mend?: string;
}

/** A piece of equipment that a board is wired to, as far as it can tell of itself without the board. */
export interface Equipment {
  /** Capability it serves: `channel`, `power`, `probe`. */
  readonly slot: string;
  readonly description: string;
  /** Looks without touching the board: files, rights, locks, programs, versions. Never throws for what it finds. */
  examine(signal: AbortSignal): Promise<readonly BenchCheck[]>;
}
