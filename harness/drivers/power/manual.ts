import type { CallOptions, PowerControl } from '#core/capabilities.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { SwitchedPower } from '#drivers/power/switched.ts';

/** Asks a person for something and resolves when it is done; the bench file says how (terminal, chat, ...). */
export type Ask = (request: string, options: CallOptions) => Promise<void>;

/** A person switches the supply: exact to seconds, but needs no equipment. */
export function manualPower(ask: Ask, board: string): Instrument<PowerControl> {
  const toggle = {
    on: (options: CallOptions) => ask(`Connect the supply of ${board}`, options),
    off: (options: CallOptions) => ask(`Disconnect the supply of ${board}`, options),
    reset: (options: CallOptions) => ask(`Press the reset button of ${board}`, options),
    verified: 'a person disconnected the supply, and it was not measured',
  };
  return {
    description: 'supply switched by hand',
    open: (context) => Promise.resolve(new SwitchedPower(toggle, context)),
  };
}
