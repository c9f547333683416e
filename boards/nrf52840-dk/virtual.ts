import type { BleFacts, BoardFacts } from '#core/board.ts';
import { UsageError } from '#core/errors.ts';
import type { BoardEntry, Flaw, OpenOptions, OpenRig, ServeOptions } from '#core/rig.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import type { DeviceRadio } from '#virtual/device-radio.ts';
import { VirtualPower } from '#virtual/power.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { StorageCheckpoint } from '#virtual/storage-checkpoint.ts';
import { SiliconSweep } from '#virtual/sweep.ts';
import { SIMULATED_OFFERS } from '../simulated-offers.ts';
import { consoleCapabilities } from './capabilities.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { factsOf } from './facts.ts';
import { awaitGolden } from './golden.ts';
import { serveTwin } from './serve.ts';
import { Twin, twinFlawsOf } from './twin.ts';
import { VirtualBle } from './virtual-ble.ts';
import { type ConsoleRig, openBle, withBle } from './with-ble.ts';

/** How the twin is built. */
interface Build {
  readonly profile: McubootProfile;
  readonly facts: BoardFacts;
  readonly flaws: readonly Flaw[];
}

/**
 * The twin of the nRF52840 DK: byte-exact in flash and on the wire, with named mistakes on demand. Its boot loader is
 * built as the profile says, the sound one where none is given; its application has Bluetooth LE where that is given.
 */
export function virtualNrf52840Dk(
  profile: McubootProfile = SOUND_PROFILE,
  ble: BleFacts | null = null,
): BoardEntry {
  const build: Build = { profile, facts: factsOf(profile, ble), flaws: twinFlawsOf(profile, ble !== null) };
  const { facts, flaws } = build;
  const open = (options: OpenOptions) => openRig(build, options);
  const serve = async (options: ServeOptions) => {
    const chosen = knownFlaws(build, options.flaws ?? []);
    return serveTwin(profile, chosen, options);
  };
  return { facts, kind: 'virtual', offers: SIMULATED_OFFERS, flaws, open, serve };
}

async function openRig(build: Build, options: OpenOptions): Promise<OpenRig> {
  options.signal.throwIfAborted();
  const clock = new SimClock();
  const flaws = knownFlaws(build, options.flaws ?? []);
  const { ble } = build.facts;
  const air = ble === undefined ? null : new VirtualBle(clock, ble, flaws);
  const wired = wire(build, { clock, flaws, radio: air?.peripheral });
  if (air === null) return wired.rig;
  const tail = () => wired.hub.tail();
  return withBle(wired.rig, await openBle({ ...options, ...wired.rig, tail, ...air.way }));
}

function knownFlaws({ facts, flaws }: Build, wanted: readonly string[]): ReadonlySet<string> {
  const known = new Set(flaws.map((flaw) => flaw.id));
  const unknown = wanted.find((id) => !known.has(id));
  if (unknown === undefined) return new Set(wanted);
  throw new UsageError({
    code: 'unknown-flaw',
    message: `${facts.id} cannot be built with such a flaw`,
    expected: [...known].join(', '),
    got: unknown,
    remedy: 'take an id from the flaws of the board entry',
  });
}

interface Parts {
  readonly clock: SimClock;
  readonly flaws: ReadonlySet<string>;
  readonly radio: DeviceRadio | undefined;
}

/** The bench around a twin, on simulated time. */
function wire(
  { profile, facts }: Build,
  { clock, flaws, radio }: Parts,
): { readonly rig: ConsoleRig; readonly hub: ConsoleHub } {
  const twin = new Twin(clock, flaws, profile, radio === undefined ? {} : { radio });
  const { device, storage, silicon } = twin;
  const hub = new ConsoleHub(twin.uart.host, clock);
  const onLine: ConsoleHub['onLine'] = (listener) => hub.onLine(listener);
  const power = new VirtualPower({ device, storage, clock, onLine, closed: hub.closed });
  const probe = twin.probe();
  const overConsole = consoleCapabilities(hub, clock, {
    probe,
    profile,
    restart: (call) => power.reset(call),
  });
  const rig: ConsoleRig = {
    board: facts,
    kind: 'virtual',
    clock,
    instruments: {
      channel: 'simulated UART, 115200 baud',
      power: 'simulated supply, cuts inside flash operations',
      probe: 'simulated debug port',
    },
    ...overConsole,
    channel: hub.tap(),
    power,
    probe,
    checkpoint: new StorageCheckpoint(storage, () => device.powerOff()),
    sweep: new SiliconSweep({ silicon, clock, prepare: () => twin.restore() }),
    prepare: async (call) => {
      twin.restore();
      hub.clearTail();
      await power.on(call);
      await awaitGolden(overConsole.identity, facts.firmware.golden, call);
    },
    onConsole: (listener) => hub.onLine(listener),
    [Symbol.asyncDispose]: async () => {
      device.powerOff();
      await hub.close();
    },
  };
  return { rig, hub };
}
