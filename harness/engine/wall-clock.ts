import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#core/clock.ts';

/** Real time, for what happens without a rig. */
export function wallClock(): Clock {
  return {
    now: () => performance.now(),
    setTimeout: (fn, ms) => setTimeout(fn, ms),
    clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    hold: () => () => undefined,
  };
}
