import type { BoardCare } from '#core/board-care.ts';
import type { BoardFacts, Firmware } from '#core/board.ts';
import type { CallOptions, Capabilities, CapabilityName, PowerControl } from '#core/capabilities.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';
import { SharedLine } from '#drivers/channel/shared-line.ts';
import { Tcp, type Address } from '#drivers/channel/tcp.ts';
import { RealClock } from '#drivers/clock.ts';
import { equipmentOf, type Instrument, type InstrumentContext } from '#drivers/instrument.ts';
import type { EspLoaderSettings } from '#drivers/probe/esp-loader/prepare.ts';
import { EspLoaderProbe } from '#drivers/probe/esp-loader/probe.ts';
import { release } from '#drivers/release.ts';
import { awaitGolden } from './await-golden.ts';
import { boardFacts } from './board.ts';
import { networkCapabilities } from './capabilities.ts';
import { fieldFlash } from './field-flash.ts';
import { openNetwork, type BenchNetwork } from './network.ts';
import { PLAIN, type EspProfile } from './profile.ts';
import { updateServer } from './update-server.ts';

/** Where the board finds the bench on its network. */
export interface Esp32Network {
  /** The board's name in its MQTT topics; default the id of the board. */
  readonly deviceId?: string;
  /** Where the board connects for MQTT, and fetches images: addresses of this computer. */
  readonly mqtt: Address;
  readonly http: Address;
  /** A broker of the bench; default one inside Assay. */
  readonly broker?: Address;
  /** Where the rogue server of HTTPS listens, and beside it the plain one; left out: input by HTTPS is not tried. */
  readonly https?: { readonly https: Address; readonly http: Address };
}

/** What a bench connects the board to. */
export interface Esp32DevkitcWiring {
  /** Console and serial loader: the board's USB port. */
  readonly channel: Instrument<SerialLine>;
  readonly power: Instrument<PowerControl>;
  readonly network: Esp32Network;
  /** How the serial loader is used; false: not at all, so that nothing is restored and nothing staged. */
  readonly loader?: EspLoaderSettings | false;
  /** How firmware and boot loader were built; default two OTA slots with everything ESP-IDF offers. */
  readonly profile?: EspProfile;
  /** Firmware of the bench's own builds; default the test images of this folder. */
  readonly firmware?: Firmware;
  /** Which board it is, what may be done to it, how far its flash may be worn. */
  readonly care?: BoardCare;
}

const SECTOR = 0x1000;

/** A real ESP32-DevKitC (or one of its kin) with the test firmware of this folder. */
export function wiredEsp32Devkitc(wiring: Esp32DevkitcWiring): BoardEntry {
  const { channel, power, profile = PLAIN, care = {} } = wiring;
  const facts = boardFacts(profile);
  const always: readonly CapabilityName[] = ['channel', 'power', 'update', 'radio', 'identity'];
  const board: BoardFacts = {
    ...facts,
    updatePaths: hasLoader(wiring) ? facts.updatePaths : ['https'],
    countsOperations: false,
    inputs: wiring.network.https === undefined ? ['mqtt', 'http'] : ['mqtt', 'http', 'https'],
    firmware: wiring.firmware ?? facts.firmware,
  };
  return {
    facts: board,
    kind: 'board',
    offers: hasLoader(wiring) ? [...always, 'probe'] : always,
    flaws: [],
    equipment: equipmentOf({ channel, power }),
    care,
    open: (options) => openRig(board, wiring, options),
  };
}

/** With flash encryption the loader sees ciphertext, by a key that nobody knows: nothing to read, nothing to write. */
function hasLoader({ loader, profile = PLAIN }: Esp32DevkitcWiring): boolean {
  return loader !== false && !profile.encrypted;
}

interface Opened {
  readonly clock: RealClock;
  readonly line: SharedLine;
  readonly hub: ConsoleHub;
  readonly power: PowerControl;
  readonly network: BenchNetwork;
  readonly probe: EspLoaderProbe | undefined;
  /** In the order in which they are given back: the supply, which leaves the board powered, before the console. */
  readonly held: readonly Partial<AsyncDisposable>[];
}

async function openRig(
  board: BoardFacts,
  wiring: Esp32DevkitcWiring,
  options: OpenOptions,
): Promise<OpenRig> {
  const { signal, wear } = options;
  const clock = new RealClock();
  const line = new SharedLine(await wiring.channel.open({ signal, clock, onLine: () => () => undefined }));
  const hub = new ConsoleHub(line.console, clock);
  const context: InstrumentContext = { signal, clock, onLine: (listener) => hub.onLine(listener) };
  const held: Partial<AsyncDisposable>[] = [{ [Symbol.asyncDispose]: () => hub.close() }];
  try {
    const supply = await wiring.power.open(context);
    held.unshift(supply);
    const network = await openNetwork({ ...networkOf(wiring.network), clock });
    held.push({ [Symbol.asyncDispose]: () => network.close() });
    const probe = hasLoader(wiring)
      ? new EspLoaderProbe({
          borrow: () => line.borrow(),
          clock,
          settings: settingsOf(wiring),
          size: board.flash.size,
          restart: (call) => supply.reset(call),
          ...(wear && { wear }),
        })
      : undefined;
    if (probe !== undefined) held.unshift(probe);
    const power = probe === undefined ? supply : leavingLoader(supply, probe);
    return await compose(board, wiring, { clock, line, hub, power, network, probe, held });
  } catch (error) {
    await release(...held);
    throw error;
  }
}

/** What may be done to the board that cannot be taken back is said once, for all its instruments. */
function settingsOf({ loader, care }: Esp32DevkitcWiring): EspLoaderSettings {
  const settings = loader === undefined || loader === false ? {} : loader;
  return { permissions: care?.permissions ?? [], ...settings };
}

/** Loopback needs no permission; addresses that the bench names itself are its own. */
function networkOf({ mqtt, http, broker, https }: Esp32Network) {
  const ours = [mqtt, http, ...(broker ? [broker] : []), ...(https ? [https.https, https.http] : [])];
  return {
    tcp: new Tcp({ allow: ours.map(({ host }) => host) }),
    listen: { mqtt, http },
    ...(broker && { broker }),
    ...(https && { https: { name: updateServer.host, listen: https } }),
  };
}

/** Whatever restarts the board also ends a session with its loader. */
function leavingLoader(supply: PowerControl, probe: EspLoaderProbe): PowerControl {
  const after = (work: (options: CallOptions) => Promise<void>) => async (options: CallOptions) => {
    await probe.leave('as-it-is', options);
    await work(options);
  };
  return {
    triggers: supply.triggers,
    on: (options) => supply.on(options),
    off: after((options) => supply.off(options)),
    reset: after((options) => supply.reset(options)),
    cut: async (trigger, options) => {
      await probe.leave('run', options);
      return supply.cut(trigger, options);
    },
  };
}

async function compose(board: BoardFacts, wiring: Esp32DevkitcWiring, opened: Opened): Promise<OpenRig> {
  const { hub, clock, power, network, probe, held } = opened;
  const profile = wiring.profile ?? PLAIN;
  const restart = (call: CallOptions) => power.reset(call);
  const { identity, radio, update } = await networkCapabilities({
    deviceId: wiring.network.deviceId ?? board.id,
    clock,
    hub,
    network,
    backDoor: probe === undefined ? null : { profile, probe, stride: SECTOR, restart },
  });
  const capabilities: Partial<Capabilities> = {
    channel: hub.tap(),
    power,
    identity,
    radio,
    update,
    ...(probe && { probe }),
  };
  return {
    board,
    kind: 'board',
    clock,
    instruments: {
      channel: wiring.channel.description,
      power: wiring.power.description,
      update: `MQTT and HTTP, ${network.broker.name}`,
      ...(probe && { probe: 'the chip’s own serial loader' }),
    },
    ...(probe && { chipId: async (call: CallOptions) => (await probe.fuses(call))['MAC'] ?? null }),
    ...capabilities,
    prepare: async (call) => {
      hub.clearTail();
      await power.on(call);
      await probe?.restore(fieldFlash(board, profile, wiring.firmware), call);
      await power.reset(call);
      await awaitGolden(identity, board.firmware.golden, call);
    },
    onConsole: (listener) => hub.onLine(listener),
    [Symbol.asyncDispose]: () => release(...held),
  };
}
