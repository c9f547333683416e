import type { RailFall } from '#core/capabilities.ts';
import type { BootObserved, Phase } from '#core/cut-sweep.ts';
import type { Image } from '#core/image.ts';

/** Phases whose begin and end can be seen from outside, and so be cut by time. */
export type TimedPhase = Extract<Phase, 'upload' | 'upgrade' | 'revert' | 'confirm'>;

/** What is under way when power is cut by time. */
export interface TimedSetting {
  readonly phase: TimedPhase;
  readonly update: Image;
  /** Update path; default the board's first. */
  readonly path?: string;
  /** False where the update is one that the board must refuse. */
  readonly acceptable: boolean;
  /** Whether an update found on trial after a cut is confirmed. */
  readonly confirms: boolean;
}

/** A stretch of a phase between two marks that the board gave by itself. */
export interface TimedWindow {
  /** The mark that opens it: `begin`, or what the console said. */
  readonly name: string;
  /** Milliseconds since the phase began. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A phase as one uncut run of it went. */
export interface Calibration {
  /** Identity that ran, confirmed, before the phase, and that of the update. */
  readonly before: string;
  readonly update: string;
  /** From the call that begins the phase to the first line of the application that ends it. */
  readonly ms: number;
  /** Without gaps, in order, from 0 to `ms`. */
  readonly windows: readonly TimedWindow[];
  /** Whether the phase ended as it must when power stays on; without that there is nothing to cut. */
  readonly sound: boolean;
  /** What ran in the end, for a reader. */
  readonly ended: string;
}

/** Why a cut was placed where it was: spread over the phase by the seed, or to narrow a change of outcome down. */
export type CutPurpose = 'spread' | 'narrowed';

/** One power cut by time, and what the board did until it settled. */
export interface TimedCut {
  readonly purpose: CutPurpose;
  /** Milliseconds since the phase began: asked for, and when the supply went by the rig's clock. */
  readonly wantedMs: number;
  readonly achievedMs: number;
  readonly boots: readonly BootObserved[];
  readonly settledAfter: number;
  readonly updatable: boolean;
  /** What the instrument says of the drop. */
  readonly verified: string;
  /** The fall of the supply as measured, where the instrument measures it. */
  readonly rail?: RailFall;
}
