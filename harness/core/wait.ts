import type { Clock } from '#core/clock.ts';

/** How long to wait for something, on whose clock, and what it means when it does not come. */
export interface Wait<T> {
  readonly clock: Clock;
  /** Any of these ends the wait with its reason. */
  readonly signals: readonly AbortSignal[];
  readonly deadlineMs: number;
  /** Gives the value that silence means, or throws the error that it is. */
  onDeadline(): T;
}

/**
 * Waits for `listen` to resolve or reject; it gives back how to stop listening, which is called whatever the end.
 * Nothing is left behind: no timer, no listener.
 */
export function waitFor<T>(
  wait: Wait<T>,
  listen: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = wait.signals.find((signal) => signal.aborted);
    if (aborted !== undefined) {
      reject(aborted.reason as Error);
      return;
    }
    const leave: (() => void)[] = [];
    let ended = false;
    const end = (finish: () => void) => {
      if (ended) return;
      ended = true;
      for (const step of leave.splice(0)) step();
      finish();
    };
    const timer = wait.clock.setTimeout(() => end(() => atDeadline(wait, resolve, reject)), wait.deadlineMs);
    leave.push(() => wait.clock.clearTimeout(timer));
    for (const signal of wait.signals) {
      const abort = () => end(() => reject(signal.reason as Error));
      signal.addEventListener('abort', abort, { once: true });
      leave.push(() => signal.removeEventListener('abort', abort));
    }
    const stop = listen(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
    if (ended) stop();
    else leave.push(stop);
  });
}

/** Waits for nothing but time: what the sleep of any clock is. Rejects with the signal's reason when aborted. */
export function sleepOn(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  const signals = signal === undefined ? [] : [signal];
  return waitFor({ clock, signals, deadlineMs: ms, onDeadline: () => undefined }, () => () => undefined);
}

function atDeadline<T>(wait: Wait<T>, resolve: (value: T) => void, reject: (error: Error) => void): void {
  try {
    resolve(wait.onDeadline());
  } catch (error) {
    reject(error as Error);
  }
}
