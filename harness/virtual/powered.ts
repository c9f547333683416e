import type { PowerLost } from '#virtual/storage.ts';

/** A simulated board as seen from its supply and reset lines. */
export interface PoweredDevice {
  readonly powered: boolean;
  powerOn(): void;
  /** Cuts the supply; gives the flash operation that was under way, if any. */
  powerOff(): PowerLost | null;
  /** Pulls the reset line; an unpowered board stays off. */
  pullReset(): void;
  /** Called when a cut armed in storage took the supply away; gives how to stop listening. */
  onPowerLost(listener: (lost: PowerLost) => void): () => void;
}
