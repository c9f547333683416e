/** The time a rig lives in: real for real boards, simulated for virtual ones. Fits xstate's actor clock. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Simulated time stands still until the returned function is called: something outside (a socket) is working. */
  hold(): () => void;
}
