import type { CallOptions } from '#core/capabilities.ts';
import type { FlashModel } from '#drivers/machine/flash-model.ts';
import type { MachineConsole } from '#drivers/machine/machine-console.ts';

/** A machine that runs a board's real code on this host: emulated, or a program of the host's own. */
export interface Machine extends AsyncDisposable {
  /** For reports: `QEMU 7.2 microbit`. */
  readonly title: string;
  readonly console: MachineConsole;
  readonly on: boolean;
  /** Its flash as it lies without power; while the machine is on, as it was before. */
  readonly flash: FlashModel;
  /** Aborted, with the cause, once the machine died by itself; a new one after each time it was turned on. */
  readonly died: AbortSignal;
  /** Turns it on; nothing where it is on. */
  powerOn(options: CallOptions): Promise<void>;
  /**
   * Takes its power away; `flash` is then what it left. Nothing where it is off. One that has died is turned off whatever
   * the signal says, since its death may be what aborted that.
   */
  powerOff(options: CallOptions): Promise<void>;
  /** Pulls its reset line; flash stays as it is. Turns a machine on that is off. */
  reset(options: CallOptions): Promise<void>;
  /** What its flash holds now, as a cut at this moment would leave it; the machine goes on. */
  snapshot(options: CallOptions): Promise<Uint8Array>;
  /** Gives it other flash while it is off. */
  load(content: Uint8Array): void;
}
