/** What a sweep against somebody else's tool is asked for. */
export interface PeerOptions {
  /** Files to compare. */
  readonly count: number;
  /** Decides every file. */
  readonly seed: number;
  /** Says one line, such as the file that differed. */
  log(line: string): void;
}

/** What came of a sweep. */
export interface PeerResult {
  readonly compared: number;
  readonly differ: number;
  /** Why nothing was compared, and what to install. */
  readonly skipped?: string;
}

/** A comparison of the codecs with one independent tool; modules `peers/<group>-<tool>.ts` export one as `peer`. */
export interface Peer {
  readonly name: string;
  /** The program or package, as a person would install it. */
  readonly tool: string;
  run(options: PeerOptions): Promise<PeerResult>;
}
