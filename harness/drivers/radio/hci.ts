import type { BenchCheck } from '#core/bench-check.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import { formatAddress } from '#codecs/ble/address.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { examinePort } from '#drivers/channel/examine-port.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';
import { parseTransportName, type TransportName } from '#drivers/radio/ble/transport-name.ts';

/** Longest that a controller may take to be reached and to answer. */
const EXAMINE_MS = 5000;
const CHECK = 'hci-controller';

/**
 * A Bluetooth LE controller by its transport in Bumble's names: `serial:/dev/ttyACM0,1000000,rtscts` for a dongle with
 * Zephyr's hci_uart, `tcp-client:localhost:6402` for a simulated one. UsageError `ble-transport` for a name that is none.
 */
export function hciController(transport: string): Instrument<HciPort> {
  const parsed = parseTransportName(transport);
  return {
    description: `HCI controller at ${transport}`,
    open: ({ signal }) => openTransport(transport, { signal }),
    examine: async (signal) => {
      const port = parsed.scheme === 'serial' ? await examinePort(parsed.path) : [];
      if (port.some(({ state }) => state === 'broken')) return port;
      return [...port, await answers(transport, parsed, signal)];
    },
  };
}

/** Resets the controller and asks for its address: nothing goes over the air. */
async function answers(
  transport: string,
  { scheme }: TransportName,
  signal: AbortSignal,
): Promise<BenchCheck> {
  const limit = AbortSignal.timeout(EXAMINE_MS);
  const call = { signal: AbortSignal.any([signal, limit]) };
  try {
    const host = new HciHost(await openTransport(transport, call), new RealClock());
    try {
      return { check: CHECK, state: 'well', seen: await asked(host, call) };
    } finally {
      await host.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return silent(transport, scheme);
    if (!isAssayError(error)) throw error;
    const got = error.got === undefined ? '' : `: ${error.got}`;
    return { check: CHECK, state: 'broken', seen: `${error.message}${got}`, mend: error.remedy };
  }
}

async function asked(host: HciHost, call: CallOptions): Promise<string> {
  await host.command({ type: 'reset' }, call);
  const { address } = await host.command({ type: 'readBdAddr' }, call);
  const { hciVersion } = await host.command({ type: 'readLocalVersion' }, call);
  const own = address.every((byte) => byte === 0)
    ? 'has no address of its own, as nRF chips have none'
    : `its address is ${formatAddress({ type: 0, bytes: address })}`;
  return `answers HCI Reset; ${own}; HCI version ${hciVersion}`;
}

function silent(transport: string, scheme: TransportName['scheme']): BenchCheck {
  const waits = scheme === 'tcp-server' || scheme === 'unix-server' || scheme === 'pty';
  return {
    check: CHECK,
    state: 'broken',
    seen: waits
      ? `nobody connected to ${transport} within ${EXAMINE_MS / 1000} s`
      : `${transport} did not answer within ${EXAMINE_MS / 1000} s`,
    mend: waits
      ? 'start the program that serves the controller'
      : 'check baud rate and flow control of the port, or plug the controller in again',
  };
}
