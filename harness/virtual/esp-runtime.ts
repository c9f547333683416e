import type { Clock } from '#core/clock.ts';
import type { Worked } from '#virtual/flash-window.ts';
import type { NetworkEvents, NetworkStream, TlsChecks } from '#virtual/network.ts';

/** What the application of a simulated ESP32 stands on from one boot to the next reset; all of it ends with that reset. */
export interface EspRuntime {
  readonly clock: Clock;
  readonly flaws: ReadonlySet<string>;
  /** Runs a step later, unless the board was reset or turned off. */
  after(ms: number, step: () => void): void;
  /** Opens a connection; it is cut when the board is reset or turned off. */
  connect(host: string, port: number, events: NetworkEvents): NetworkStream;
  /** The same by TLS. */
  connectTls(host: string, port: number, checks: TlsChecks, events: NetworkEvents): NetworkStream;
  print(...lines: string[]): void;
  /** Runs flash work that takes simulated time. */
  work<T>(work: () => T): Worked<T>;
  /** Restarts the chip at once (`esp_restart`). */
  restart(): void;
}
