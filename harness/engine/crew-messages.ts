import type { CutObservation, DeeperCuts, PhaseFacts, SweepPlan } from '#core/cut-sweep.ts';
import type { Tear } from '#core/tear.ts';
import type { WireError } from '#engine/wire-error.ts';

/** What a copy of the board in another thread is asked to do. */
export type CrewOrder =
  | { readonly type: 'open'; readonly plan: SweepPlan }
  | { readonly type: 'know'; readonly cuts: readonly CutObservation[] }
  | { readonly type: 'cut'; readonly first: number; readonly end: number }
  | { readonly type: 'cut-again'; readonly deeper: readonly DeeperCuts[] }
  | { readonly type: 'close' };

/** What an order ends with, by its type. */
export interface CrewResult {
  readonly open: { readonly facts: PhaseFacts; readonly cutsAt: readonly number[] };
  readonly know: null;
  readonly cut: null;
  readonly 'cut-again': Partial<Record<Tear, number>>;
  readonly close: null;
}

/** From the thread: cuts as they are made, then `done` or `failed`. One order is under way at a time. */
export type CrewReport =
  | { readonly type: 'cuts'; readonly cuts: readonly CutObservation[] }
  | { readonly type: 'done'; readonly result: CrewResult[keyof CrewResult] }
  | { readonly type: 'failed'; readonly error: WireError };

/** What a thread starts with: which board it has a copy of. */
export interface CrewSetup {
  readonly benchReference: string;
  readonly board: string;
  readonly flaws: readonly string[];
}
