import type { BenchCheck, Equipment } from '#core/bench-check.ts';
import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { ConsoleLine } from '#core/rig.ts';

/** What an instrument may use of the rig it is opened for. */
export interface InstrumentContext extends CallOptions {
  readonly clock: Clock;
  /** Console lines of the board; gives how to stop listening. */
  onLine(listener: (line: ConsoleLine) => void): () => void;
}

/** A piece of bench equipment, named in a bench file and opened when a rig is. */
export interface Instrument<T> {
  /** For the report: `serial /dev/serial/by-id/... 115200 baud`. */
  readonly description: string;
  /** BenchError when it is not there, or in use. What holds a port or a connection gives it back when disposed. */
  open(context: InstrumentContext): Promise<T & Partial<AsyncDisposable>>;
  /** What can be seen of it without opening it, for `assay doctor`. */
  readonly examine?: (signal: AbortSignal) => Promise<readonly BenchCheck[]>;
}

/** What a board is wired to, for its bench entry; slots left empty are left out. */
export function equipmentOf(
  wiring: Readonly<Record<string, Instrument<unknown> | undefined>>,
): readonly Equipment[] {
  return Object.entries(wiring).flatMap(([slot, instrument]) =>
    instrument === undefined
      ? []
      : [
          {
            slot,
            description: instrument.description,
            examine: (signal) => instrument.examine?.(signal) ?? Promise.resolve([]),
          },
        ],
  );
}
