import type { CallOptions } from '#core/capabilities.ts';
import type { OperationKind, Tear } from '#core/tear.ts';

/** Part of an update's life in which power is cut. */
export type Phase = 'upload' | 'upgrade' | 'revert' | 'confirm';

/** What is under way when power is cut. */
export interface CutSubject {
  readonly phase: Phase;
  /** The update that is under way. */
  readonly image: Uint8Array;
  /** Identity of the update where it is one that the board must refuse; else it has to run when nothing is cut. */
  readonly refused?: string;
  /** Whether an update found on trial after a cut is confirmed; default: yes, except where its return is the phase. */
  readonly confirms?: boolean;
}

export interface SweepPlan extends CutSubject {
  /** Ways of tearing; at each operation those that can befall it on this flash are tried. */
  readonly tears: readonly Tear[];
  readonly seed: number;
  /** Times a seeded tear is rolled at each operation, where that does not make too many; default 1. */
  readonly rolls?: number;
  /** Power cuts in one update, at most: 1 (default) cuts the phase only, 2 and 3 also the boots that recover from it. */
  readonly depth?: 1 | 2 | 3;
  /**
   * Cuts beyond the first to be tried, about: where there are more, some are drawn by seed; default 100,000.
   */
  readonly budget?: number;
}

/** One power cut: the operation it struck (counted from the phase's begin, or from the cut before) and how that was left. */
export interface Cut {
  readonly operation: number;
  readonly tear: Tear;
  /** Decides a seeded tear. */
  readonly seed: number;
}

/** A cut together with what it struck. */
export interface CutPlace extends Cut {
  readonly kind: OperationKind;
  readonly address: number;
  readonly length: number;
}

/** An application seen running after a cut, in boot order. */
export interface BootObserved {
  /** `Image.identity`, or null: nothing ran. */
  readonly identity: string | null;
  readonly slot: string;
  readonly confirmed: boolean;
}

/** One power cut, or several in a row, and everything the board did until it settled. */
export interface CutObservation extends CutPlace {
  /** Further cuts, each in the recovery from the one before; empty or absent where power went once. */
  readonly later?: readonly CutPlace[];
  /** Boots after the last cut, the first being the recovery; at least three, so that a settled state is seen to stay. */
  readonly boots: readonly BootObserved[];
  /** Boots until the running image no longer changed. */
  readonly settledAfter: number;
  /** Flash and fuse operations of all these boots. */
  readonly work: number;
  /** True when, after recovery, the same update could be offered again and ran (checked where the old image came back). */
  readonly updatable: boolean;
  /** Digest of flash, fuses and weak cells as the last cut left them. */
  readonly left: string;
  /** The same when settled. */
  readonly state: string;
  /** True: an earlier cut of this sweep left the very same state, and what is told here was seen then. */
  readonly recognised: boolean;
  /**
   * True: what is told here was seen from a state that differs only where nobody looked in the recovery, or not before it
   * was erased (watched on an emulated machine).
   */
  readonly alike?: boolean;
  /** True: an alike one that was drawn to be run all the same, and came to the same end. */
  readonly replayed?: boolean;
}

/** Cuts of one kind, counted. */
export interface CutCount {
  readonly cuts: number;
  /** Recoveries really run. */
  readonly judged: number;
  /** Cuts that left a state that had been judged before, or one that differs only where the recovery never looked. */
  readonly recognised: number;
}

/** What a phase does when nothing is cut. */
export interface PhaseFacts {
  readonly operations: number;
  readonly writes: number;
  readonly erases: number;
  /** SHA-256 over the operations' kinds, addresses and lengths. */
  readonly traceDigest: string;
  /** Identity that ran confirmed before the phase, and that of the update. */
  readonly before: string;
  readonly update: string;
  /** Times a seeded tear is rolled at each operation: as the plan says, or less in a very long phase. */
  readonly rolls: number;
  /** The page that the phase erases most often, and how often; null: it erases none. */
  readonly wear: { readonly address: number; readonly erases: number } | null;
}

export interface SweepSummary extends PhaseFacts, CutCount {
  /** Different states of flash, fuses and weak cells that cuts left, and that boards settled in. */
  readonly states: number;
  readonly endStates: number;
  /** Of the recognised: those that are `alike`, and those of these that were run all the same, and agreed. */
  readonly alike: number;
  readonly replayed: number;
  readonly byTear: Readonly<Partial<Record<Tear, CutCount>>>;
  /** First cuts, second cuts, third cuts. */
  readonly byDepth: readonly CutCount[];
  /** False: the budget ended the search before every cut of the depth asked for was tried. */
  readonly complete: boolean;
}

/** A sequence of power cuts that a board can be put through again, and the states it must then come to. */
export interface CutSequence {
  readonly schema: 'assay-cuts-1';
  readonly board: string;
  /** Boot loader and how it is built: `mcuboot swap-using-move 2.2.0`. */
  readonly profile: string;
  /** Weaknesses built in. */
  readonly flaws: readonly string[];
  readonly phase: Phase;
  /** SHA-256 of the update's bytes, hex. */
  readonly image: string;
  /** As in `CutSubject`. */
  readonly refused?: string;
  readonly confirms?: boolean;
  readonly cuts: readonly CutPlace[];
  /** As in `CutObservation`. */
  readonly left: string;
  readonly state: string;
}

export interface RepeatOptions extends CallOptions {
  /** Sees the whole flash, to be copied, as the last cut left it and once the board has settled. */
  readonly onFlash?: (when: 'left' | 'settled', flash: Uint8Array) => void;
}

export interface SweepOptions extends CallOptions {
  /** Every first cut, and those deeper ones whose recovery was run. */
  readonly onCut: (cut: CutObservation) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Recoveries to be cut: those that followed these cuts, at these of their operations. */
export interface DeeperCuts {
  readonly after: readonly Cut[];
  readonly operations: readonly number[];
}

/** How each cut of a piece of work is told. */
export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onCut: (cut: CutObservation) => void;
}

/** A sweep under way on one copy of the board; several copies can share its cuts out between them. */
export interface SweepWork {
  readonly facts: PhaseFacts;
  /** Cuts that the plan makes at each operation of the phase. */
  readonly cutsAt: readonly number[];
  /** Takes recoveries over that were run elsewhere, so that the states they began from are recognised. */
  know(cuts: readonly CutObservation[]): Promise<void>;
  /** Makes the cuts at the phase's operations from `first` up to, not including, `end`, and tells of each. */
  cut(first: number, end: number, options: WorkOptions): Promise<void>;
  /** Cuts recoveries, and tells of each cut whose recovery had to be run; gives the number of all by tear. */
  cutAgain(deeper: readonly DeeperCuts[], options: WorkOptions): Promise<Partial<Record<Tear, number>>>;
  /** Leaves the board in its golden state. */
  close(): Promise<void>;
}

/** Cuts power at every flash operation of a phase, each from the same start state, and watches the recovery. */
export interface CutSweep {
  /** Whether a recovery costs so much that a board with a known flaw is cut only until the flaw has shown. */
  readonly isCostly?: boolean;
  /** Begins a sweep, and has the board until it is closed. BenchError where the update does not even run uncut. */
  open(plan: SweepPlan, options: CallOptions): Promise<SweepWork>;
  /** Puts the board through these very cuts once more. UsageError `cut-not-there` where the phase has no such operation. */
  repeat(subject: CutSubject, cuts: readonly Cut[], options: RepeatOptions): Promise<CutObservation>;
}
