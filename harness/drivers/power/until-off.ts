import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { type OffReading, supplyStillOn } from '#drivers/power/switched.ts';

/** What a mains plug said of itself. */
export interface PlugReading {
  readonly on: boolean;
  /** Null: it has no meter. */
  readonly watts: number | null;
}

/** Meters of plugs follow by some seconds. */
const METER_MS = 10_000;
const POLL_MS = 250;
/** A supply without load draws less; so does what a meter cannot tell from nothing. */
const OFF_WATTS = 0.5;

/** Reads a plug until its relay is open and its meter, if it has one, reads nothing. BenchError `supply-still-on`. */
export async function plugUntilOff(
  name: string,
  read: (options: CallOptions) => Promise<PlugReading>,
  clock: Clock,
  { signal }: CallOptions,
): Promise<OffReading> {
  const start = clock.now();
  for (;;) {
    const { on, watts } = await read({ signal });
    const ms = clock.now() - start;
    if (!on && watts === null) return { verified: 'the plug reads its relay as open; it has no meter' };
    if (!on && watts !== null && watts < OFF_WATTS) {
      return { verified: `the plug reads its relay as open and ${watts} W, ${ms} ms after switching off` };
    }
    if (ms >= METER_MS) {
      const got = on ? 'the relay reads as closed' : `${watts ?? 0} W`;
      throw supplyStillOn(name, got, 'check that the board’s supply hangs on this plug, and on nothing else');
    }
    await clock.sleep(POLL_MS, signal);
  }
}
