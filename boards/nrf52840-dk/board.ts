import type { BoardFacts, TestKeys } from '#core/board.ts';
import type {
  CallOptions,
  Capabilities,
  CapabilityName,
  Channel,
  FlashProbe,
  PowerControl,
} from '#core/capabilities.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { signingKeyOf } from '#codecs/mcuboot-key.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument, InstrumentContext } from '#drivers/instrument.ts';
import { consoleCapabilities } from './capabilities.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { factsOf } from './facts.ts';
import { awaitGolden } from './golden.ts';
import { layoutOf } from './layout.ts';

/** What a bench connects the board to. */
export interface Nrf52840DkWiring {
  /** The console UART: the board's J-Link serial port, or another on its pins. */
  readonly channel: Instrument<Channel>;
  readonly power: Instrument<PowerControl>;
  /** Restores the golden image and stages updates; without it the board must be found running golden. */
  readonly probe?: Instrument<FlashProbe>;
  /** How the board's MCUboot was configured; the sound profile where left out. */
  readonly profile?: McubootProfile;
  /**
   * Text of MCUboot's published `root-ec-p256.pem`, to try whether the boot loader trusts it. Left out, that scenario is
   * reported as not applicable: no other key would show anything.
   */
  readonly developmentKeyPem?: string;
}

/** A real nRF52840 DK with the test firmware of this folder. */
export function nrf52840Dk(wiring: Nrf52840DkWiring): BoardEntry {
  const always: readonly CapabilityName[] = ['channel', 'power', 'update', 'radio', 'identity'];
  const facts = factsOf(wiring.profile ?? SOUND_PROFILE);
  const offers = wiring.probe === undefined ? always : [...always, 'probe' as const];
  const paths = wiring.probe === undefined ? ['smp'] : facts.updatePaths;
  const firmware = { ...facts.firmware, keys: keysOf(facts, wiring) };
  const board = { ...facts, updatePaths: paths, countsOperations: false, firmware };
  const entry = { facts: board, kind: 'board', offers, flaws: [] } as const;
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
  { signal }: OpenOptions,
): Promise<OpenRig> {
  const clock = new RealClock();
  const channel = await wiring.channel.open({ signal, clock, onLine: () => () => undefined });
  const hub = new ConsoleHub(channel, clock);
  const context: InstrumentContext = { signal, clock, onLine: (listener) => hub.onLine(listener) };
  try {
    const power = await wiring.power.open(context);
    const probe = await wiring.probe?.open(context);
    return compose(board, wiring, { hub, clock, power, probe });
  } catch (error) {
    await hub.close();
    throw error;
  }
}

interface Opened {
  readonly hub: ConsoleHub;
  readonly clock: RealClock;
  readonly power: PowerControl;
  readonly probe: FlashProbe | undefined;
}

function compose(board: OpenRig['board'], wiring: Nrf52840DkWiring, opened: Opened): OpenRig {
  const { hub, clock, power, probe } = opened;
  const restart = (call: CallOptions) => power.reset(call);
  const profile = wiring.profile ?? SOUND_PROFILE;
  const backDoor = probe === undefined ? null : { probe, profile, restart };
  const overConsole = consoleCapabilities(hub, clock, backDoor);
  const capabilities: Partial<Capabilities> = {
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
    ...capabilities,
    prepare: async (call) => {
      hub.clearTail();
      await power.on(call);
      if (probe !== undefined) await restoreGolden(board, probe, profile, call);
      await power.reset(call);
      await awaitGolden(overConsole.identity, board.firmware.golden, call);
    },
    onConsole: (listener) => hub.onLine(listener),
    [Symbol.asyncDispose]: () => hub.close(),
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
  await probe.write(slot0.offset, primary, options);
  await probe.write(slot1.offset, new Uint8Array(slot1.size).fill(0xff), options);
}
