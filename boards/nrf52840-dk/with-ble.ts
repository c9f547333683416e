import type { BleFacts } from '#core/board.ts';
import type { CallOptions } from '#core/capabilities.ts';
import type { OpenOptions, OpenRig, Rig } from '#core/rig.ts';
import { BleRadio, type BleRadioOptions } from '#drivers/radio/ble-radio.ts';
import { JoinedRadio } from '#drivers/radio/joined.ts';

/** A rig that has what its console gives. */
export type ConsoleRig = Rig<'radio' | 'identity'> & OpenRig;

/** A way to a board over the air: our controller, and what the board is reached by. */
export type BleWay = Pick<OpenOptions, 'allow'> &
  Pick<BleRadioOptions, 'port' | 'clock' | 'identity' | 'tail'> & { readonly facts: BleFacts };

/** Brings our controller up. */
export function openBle({
  port,
  clock,
  identity,
  tail,
  facts,
  allow = [],
  signal,
}: BleWay & CallOptions): Promise<BleRadio> {
  const { address: target, readable } = facts;
  return BleRadio.open({ port, clock, target, readable, allow, identity, tail }, { signal });
}

/** The rig with Bluetooth LE besides its console; closes both. */
export function withBle(rig: ConsoleRig, radio: BleRadio): OpenRig {
  return {
    ...rig,
    instruments: { ...rig.instruments, radio: radio.description },
    radio: new JoinedRadio(rig.radio, radio),
    [Symbol.asyncDispose]: async () => {
      await radio[Symbol.asyncDispose]();
      await rig[Symbol.asyncDispose]();
    },
  };
}
