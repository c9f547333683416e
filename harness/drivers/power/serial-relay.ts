import type { RelayProtocol } from '#codecs/serial-relay.ts';
import type { CallOptions, Channel, PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { Dialogue } from '#drivers/dialogue.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { supplyStillOn, SwitchedPower } from '#drivers/power/switched.ts';

export interface SerialRelaySettings {
  /** The board's port, at the rate of its protocol: `serial({ path, baudRate: 9600 })`. */
  readonly link: Instrument<Channel>;
  readonly protocol: RelayProtocol;
  /**
   * Contact that the supply runs through: `open` closes when the relay pulls in; through `closed` the board keeps its
   * supply while the relay, or its USB cable, is off. Default `open`.
   */
  readonly normally?: 'open' | 'closed';
}

/** A relay board on a serial port. */
export function serialRelay(settings: SerialRelaySettings): Instrument<PowerControl> {
  const { link, protocol, normally = 'open' } = settings;
  return {
    description: `${protocol.name} on ${link.description}, contact normally ${normally}`,
    open: async (context) => {
      const dialogue = new Dialogue(await link.open(context), context.clock);
      const pulledIn = (powered: boolean) => powered === (normally === 'open');
      const set = (powered: boolean) => (options: CallOptions) =>
        setRelay(dialogue, protocol, pulledIn(powered), options);
      return new SwitchedPower(
        {
          on: set(true),
          off: set(false),
          reset: null,
          verified: 'the relay was told to cut the supply, and the supply was not measured',
          ...readBackOf(dialogue, protocol, pulledIn(false)),
          close: () => dialogue[Symbol.asyncDispose](),
        },
        context,
      );
    },
    ...(link.examine === undefined ? {} : { examine: link.examine }),
  };
}

/** A board that echoes is waited for; one that says nothing has done it when the bytes are out. */
async function setRelay(
  dialogue: Dialogue,
  protocol: RelayProtocol,
  closed: boolean,
  options: CallOptions,
): Promise<void> {
  await dialogue.tell(protocol.set(closed), options);
  if (closed && protocol.query !== undefined && !(await isClosed(dialogue, protocol, options)))
    throw deaf(dialogue.name);
}

function isClosed(
  dialogue: Dialogue,
  { query, closedIn }: RelayProtocol,
  options: CallOptions,
): Promise<boolean> {
  return dialogue.ask(query ?? new Uint8Array(), (received) => closedIn?.(received) ?? null, {
    signal: options.signal,
  });
}

function readBackOf(dialogue: Dialogue, protocol: RelayProtocol, expected: boolean) {
  if (protocol.query === undefined) return {};
  const readBack = async (options: CallOptions) => {
    if ((await isClosed(dialogue, protocol, options)) === expected) {
      return {
        verified: `${protocol.name} reads as ${expected ? 'pulled in' : 'let go'}; the supply was not measured`,
      };
    }
    throw supplyStillOn(protocol.name, 'the relay did not move', 'check the relay board and its supply');
  };
  return { readBack };
}

function deaf(name: string): BenchError {
  return new BenchError({
    code: 'relay-stuck',
    message: `the relay on ${name} did not pull in`,
    expected: 'a relay that reads as on',
    got: 'off',
    remedy: 'check the channel in the bench file and the supply of the relay board',
  });
}
