import type { EngineEvent } from '#engine/events.ts';
import type { Job } from '#engine/job.ts';
import type { BoardResult } from '#engine/run-board.ts';
import type { WireError } from '#engine/wire-error.ts';

/** From the pool to a worker thread. */
export type ToWorker =
  { readonly type: 'job'; readonly job: Job } | { readonly type: 'abort'; readonly reason: WireError };

/** From a worker thread to the pool; a job ends in `done` or `failed`. */
export type FromWorker =
  | { readonly type: 'event'; readonly event: EngineEvent }
  | { readonly type: 'done'; readonly result: BoardResult }
  | { readonly type: 'failed'; readonly error: WireError };

/** What a worker thread starts with. */
export interface WorkerSetup {
  readonly benchReference: string;
}
