import type { BoardCare } from '#core/board-care.ts';
import type { BleFacts, BoardFacts, TestKeys } from '#core/board.ts';
import type { CallOptions, CapabilityName, Channel, FlashProbe, PowerControl } from '#core/capabilities.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { signingKeyOf } from '#codecs/mcuboot-key.ts';
import { nrfChipId } from '#codecs/nrf-device.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { RealClock } from '#drivers/clock.ts';
import { equipmentOf, type Instrument, type InstrumentContext } from '#drivers/instrument.ts';
import { countedProbe } from '#drivers/probe/counted-probe.ts';
import { restorePages } from '#drivers/probe/restore-pages.ts';
import { release } from '#drivers/release.ts';
import { consoleCapabilities } from './capabilities.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { factsOf } from './facts.ts';
import { awaitGolden } from './golden.ts';
import { type ConsoleRig, openBle, withBle } from './with-ble.ts';
import { layoutOf } from './layout.ts';

/** A way to the board's Bluetooth LE. */
export interface BleWiring {
  /** A controller within reach of the board, ours alone. */
  readonly controller: Instrument<HciPort>;
  /** What the board is reached and asked by; the bench has to allow its address. */
  readonly target: BleFacts;
}

/** What a bench connects the board to. */
export interface Nrf52840DkWiring {
  /** The console UART: the board's J-Link serial port, or another on its pins. */
  readonly channel: Instrument<Channel>;
  readonly power: Instrument<PowerControl>;
  /** Restores the golden image and stages updates; without it the board must be found running golden. */
  readonly probe?: Instrument<FlashProbe>;
  /** Without it the board's Bluetooth LE is not attacked. */
  readonly ble?: BleWiring;
  /** How the board's MCUboot was configured; the sound profile where left out. */
  readonly profile?: McubootProfile;
  /**
   * Text of MCUboot's published `root-ec-p256.pem`, to try whether the boot loader trusts it. Left out, that scenario is
   * reported as not applicable: no other key would show anything.
   */
  readonly developmentKeyPem?: string;
  /** Which board it is, what may be done to it, how far its flash may be worn. */
  readonly care?: BoardCare;
}

/** A real nRF52840 DK with the test firmware of this folder. */
export function nrf52840Dk(wiring: Nrf52840DkWiring): BoardEntry {
  const always: readonly CapabilityName[] = ['channel', 'power', 'update', 'radio', 'identity'];
  const facts = factsOf(wiring.profile ?? SOUND_PROFILE, wiring.ble?.target ?? null);
  const offers = wiring.probe === undefined ? always : [...always, 'probe' as const];
  const paths = wiring.probe === undefined ? ['smp'] : facts.updatePaths;
  const firmware = { ...facts.firmware, keys: keysOf(facts, wiring) };
  const board = { ...facts, updatePaths: paths, countsOperations: false, firmware };
  const { channel, power, probe, ble, care = {} } = wiring;
  const equipment = equipmentOf({ channel, power, probe, radio: ble?.controller });
  const entry = { facts: board, kind: 'board', offers, flaws: [], equipment, care } as const;
  return { ...entry, open: (options) => openRig(board, wiring, options) };
}

function keysOf(facts: BoardFacts, { developmentKeyPem }: Nrf52840DkWiring): TestKeys {
  const { signing, foreign } = facts.firmware.keys;
  if (developmentKeyPem === undefined) return { signing, foreign };
  return { signing, foreign, vendorDevelopment: signingKeyOf(developmentKeyPem) };
}

async function openRig(
  board: OpenRig['board'],
  wiring: Nrf52840DkWiring,
  options: OpenOptions,
): Promise<OpenRig> {
  const { signal, wear } = options;
  const clock = new RealClock();
  const channel = await wiring.channel.open({ signal, clock, onLine: () => () => undefined });
  const hub = new ConsoleHub(channel, clock);
  const context: InstrumentContext = { signal, clock, onLine: (listener) => hub.onLine(listener) };
  const held: Partial<AsyncDisposable>[] = [{ [Symbol.asyncDispose]: () => hub.close() }];
  try {
    const power = await wiring.power.open(context);
    held.unshift(power);
    const probe = await wiring.probe?.open(context);
    if (probe !== undefined) held.unshift(probe);
    const counted = probe === undefined ? undefined : countedProbe(probe, wear);
    const rig = compose(board, wiring, { hub, clock, power, probe: counted, held });
    const controller = await wiring.ble?.controller.open(context);
    if (controller === undefined || board.ble === undefined) return rig;
    const tail = () => hub.tail();
    return withBle(rig, await openBle({ ...options, ...rig, tail, port: controller, facts: board.ble }));
  } catch (error) {
    await release(...held);
    throw error;
  }
}

interface Opened {
  readonly hub: ConsoleHub;
  readonly clock: RealClock;
  readonly power: PowerControl;
  readonly probe: FlashProbe | undefined;
  /** In the order in which they are given back: the supply, which leaves the board powered, before the console. */
  readonly held: readonly Partial<AsyncDisposable>[];
}

function compose(board: OpenRig['board'], wiring: Nrf52840DkWiring, opened: Opened): ConsoleRig {
  const { hub, clock, power, probe, held } = opened;
  const restart = (call: CallOptions) => power.reset(call);
  const profile = wiring.profile ?? SOUND_PROFILE;
  const backDoor = probe === undefined ? null : { probe, profile, restart };
  const overConsole = consoleCapabilities(hub, clock, backDoor);
  const capabilities = {
    ...overConsole,
    channel: hub.tap(),
    power,
    ...(probe === undefined ? {} : { probe }),
  };
  return {
    board,
    kind: 'board',
    clock,
    instruments: {
      channel: wiring.channel.description,
      power: wiring.power.description,
      ...(wiring.probe === undefined ? {} : { probe: wiring.probe.description }),
    },
    ...(probe === undefined ? {} : { chipId: async (call) => nrfChipId(await probe.fuses(call)) }),
    ...capabilities,
    prepare: async (call) => {
      hub.clearTail();
      await power.on(call);
      if (probe !== undefined) await restoreGolden(board, probe, profile, call);
      await power.reset(call);
      await awaitGolden(overConsole.identity, board.firmware.golden, call);
    },
    onConsole: (listener) => hub.onLine(listener),
    [Symbol.asyncDispose]: () => release(...held),
  };
}

/** Both slots as they leave the factory. One-time words cannot be put back: the report shows the counter. */
async function restoreGolden(
  board: BoardFacts,
  probe: FlashProbe,
  profile: McubootProfile,
  options: CallOptions,
): Promise<void> {
  const { primary: slot0, secondary: slot1 } = layoutOf(profile);
  const primary = new Uint8Array(slot0.size).fill(0xff);
  primary.set(board.firmware.golden.bytes);
  const wanted = [
    { address: slot0.offset, bytes: primary },
    { address: slot1.offset, bytes: new Uint8Array(slot1.size).fill(0xff) },
  ];
  await restorePages(probe, board.flash.page, wanted, options);
}
