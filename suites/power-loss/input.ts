import type { SweepPlan } from '#core/cut-sweep.ts';
import type { Image } from '#core/image.ts';
import type { Oddity } from '#core/oddity.ts';
import type { Calibration, TimedCut, TimedPhase } from '#core/timed-cuts.ts';
import type { MinimiseOutput, SweepOutput } from '#core/verbs.ts';

/** Cuts at every flash operation, where the rig can count them. */
export interface Counted extends Pick<SweepPlan, 'tears' | 'seed' | 'rolls' | 'depth' | 'budget'> {
  readonly kind: 'counted';
}

/** Cuts at moments spread over the phase, and then where the outcome changes. */
export interface Timed {
  readonly kind: 'timed';
  readonly seed: number;
  readonly path: string;
  readonly spread: number;
  /** Most cuts made to narrow a change of outcome down. */
  readonly narrow: number;
}

/** A phase of an update's life in which power is cut. */
export interface PowerLossInput {
  readonly phase: TimedPhase;
  readonly update: Image;
  /** False where the update is one that the board must refuse. */
  readonly acceptable: boolean;
  /** False where the update is left on trial, so that it has to be given up. */
  readonly confirms: boolean;
  /** What the boot loader is documented to do. */
  readonly oddities: readonly Oddity[];
  readonly manner: Counted | Timed;
}

/** A scenario under way. */
export interface Context extends PowerLossInput {
  readonly sweep: SweepOutput | null;
  readonly shortest: MinimiseOutput | null;
  readonly calibration: Calibration | null;
  readonly cuts: readonly TimedCut[];
  readonly trouble: unknown;
}
