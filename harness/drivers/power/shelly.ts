import { SHELLY_ABOUT, shellyGeneration, shellySet, shellyState, shellyStatus } from '#codecs/shelly.ts';
import type { CallOptions, PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Address } from '#drivers/channel/tcp.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { getJson } from '#drivers/power/http-json.ts';
import { SwitchedPower } from '#drivers/power/switched.ts';
import { plugUntilOff } from '#drivers/power/until-off.ts';

export interface ShellySettings {
  /** Named in the bench file, so it may be any device of yours. */
  readonly host: string;
  /** Default 80. */
  readonly port?: number;
  /** From 0. Default 0. */
  readonly channel?: number;
}

/**
 * A Shelly plug or relay over HTTP, first generation (`/relay/0?turn=off`) or later (RPC `Switch.Set`); which, it says
 * itself. Devices with a password are not supported.
 */
export function shellyPower({ host, port = 80, channel = 0 }: ShellySettings): Instrument<PowerControl> {
  const address: Address = { host, port };
  return {
    description: `Shelly at ${host}:${port}, channel ${channel}`,
    open: async (context) => {
      const { signal } = context;
      const generation = shellyGeneration(await getJson(address, SHELLY_ABOUT, { signal }));
      const read = async (options: CallOptions) =>
        shellyState(generation, channel, await getJson(address, shellyStatus(generation, channel), options));
      const set = (on: boolean) => async (options: CallOptions) => {
        await getJson(address, shellySet(generation, channel, on), { signal: options.signal });
        if (on && !(await read({ signal: options.signal })).on) throw stuck(host);
      };
      await read({ signal });
      const toggle = {
        on: set(true),
        off: set(false),
        reset: null,
        verified: 'the Shelly was not asked',
        readBack: (options: CallOptions) => plugUntilOff(`Shelly ${host}`, read, context.clock, options),
      };
      return new SwitchedPower(toggle, context);
    },
  };
}

function stuck(host: string): BenchError {
  return new BenchError({
    code: 'supply-not-on',
    message: `the Shelly at ${host} did not switch on`,
    remedy: 'check its app for a protection that tripped, or a schedule that holds it',
  });
}
