import type { Equipment } from '#core/bench-check.ts';
import type { BoardCare, WearMeter } from '#core/board-care.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Capabilities, CapabilityName, CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';

/** Which kind of bench produced a result; every record says so. */
export type BenchKind = 'board' | 'machine' | 'virtual';

/** A line the board printed, with markers and control bytes still in it. */
export interface ConsoleLine {
  readonly atMs: number;
  readonly text: string;
}

/** A weakness a virtual board can be built with: a mistake products really make. */
export interface Flaw {
  /** `<board family>/<kebab-case>`: `mcuboot/no-signature-check`. */
  readonly id: string;
  /** Attack family whose attacks must catch it. */
  readonly family: string;
  readonly title: string;
  /** The mistake and where it has been seen, two sentences at most. */
  readonly story: string;
  /** `CWE-1328` or null. */
  readonly cwe: string | null;
  readonly reference?: string;
}

/** An opened board, typed by the capabilities it was asked for. */
export type Rig<N extends CapabilityName = CapabilityName> = Pick<Capabilities, N> & RigBase;

export interface RigBase extends AsyncDisposable {
  readonly board: BoardFacts;
  readonly kind: BenchKind;
  readonly clock: Clock;
  /** Brings the board to its golden state, powered and running; the start of every scenario. */
  prepare(options: CallOptions): Promise<void>;
  /** Called for every console line while the rig is open; gives how to stop listening. */
  onConsole(listener: (line: ConsoleLine) => void): () => void;
  /** Identity of the very chip, by which it is told from others of its kind; null or left out where it cannot be read. */
  readonly chipId?: (options: CallOptions) => Promise<string | null>;
  /** Instruments in use, for the report: capability -> description. */
  readonly instruments: Readonly<Record<string, string>>;
}

/** A rig with whatever capabilities it has; the engine checks an attack's needs against it. */
export type OpenRig = RigBase & Partial<Capabilities>;

/** Where a served board's console can be reached. */
export type ServePlace =
  | { readonly kind: 'pty'; /** A name for the terminal that stays. */ readonly link?: string }
  /** On loopback; 0 takes a free port. */
  | { readonly kind: 'tcp'; readonly port: number };

export interface ServeOptions extends CallOptions {
  readonly console: ServePlace;
  /** Port for management over UDP, where the board has it; 0 takes a free one. */
  readonly udpPort?: number;
  /** The boot button is held at the first start: the board waits in its serial loader, where it has one. */
  readonly download?: boolean;
  /** Ids out of `flaws`, to be built in. */
  readonly flaws?: readonly string[];
}

/** A virtual board that runs in real time until it is closed. */
export interface ServedBoard {
  /** What other programs connect to: `console and SMP` at `/dev/pts/4`. */
  readonly endpoints: readonly { readonly what: string; readonly where: string; readonly hint: string }[];
  onConsole(listener: (line: ConsoleLine) => void): () => void;
  close(): Promise<void>;
}

/** What a bench plugs in: a board's facts and how to open it. */
export interface BoardEntry {
  readonly facts: BoardFacts;
  readonly kind: BenchKind;
  /** Capabilities this wiring offers; fixed before opening, so that a plan can be made without hardware. */
  readonly offers: readonly CapabilityName[];
  /** Weaknesses that `open` can build in; empty for real boards. */
  readonly flaws: readonly Flaw[];
  /** The same board built with flaws, where its images are then other ones: a mistake in an application is in its code. */
  readonly built?: (flaws: readonly string[]) => BoardEntry;
  /** Serves the board to programs outside Assay, in real time; virtual boards only. */
  readonly serve?: (options: ServeOptions) => Promise<ServedBoard>;
  /**
   * Text that must not get into logs, evidence or reports, whoever prints it: Wi-Fi passwords, pairing keys (hex). The
   * keys of the firmware need not be named.
   */
  readonly secrets?: readonly string[];
  /** What the board is wired to, where it can be looked at without opening it. */
  readonly equipment?: readonly Equipment[];
  /** How a board that can be worn out or mixed up is taken care of; left out for those that cannot. */
  readonly care?: BoardCare;
  open(options: OpenOptions): Promise<OpenRig>;
}

export interface OpenOptions extends CallOptions {
  /** Ids out of `flaws`, to be built in. */
  readonly flaws?: readonly string[];
  /** Addresses that may be connected to over the air; left out: none. */
  readonly allow?: readonly string[];
  /** Told of pages that are erased, where the board’s flash wears. */
  readonly wear?: WearMeter;
}

/** The boards plugged in here, by the name the bench gives them. */
export interface Bench {
  readonly id: string;
  readonly title: string;
  readonly boards: readonly BoardEntry[];
  /**
   * Addresses that may be attacked over the air, those of your own boards: nothing else is ever connected to, and without
   * the list nothing is.
   */
  readonly allow?: readonly string[];
}

/** Wiring is typed code: a bench file's one export is `bench = defineBench(...)`. */
export function defineBench(bench: Bench): Bench {
  return bench;
}
