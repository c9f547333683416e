import type { BoardFacts } from '#core/board.ts';
import type { CapabilityName } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';
import type { BoardEntry, OpenOptions, OpenRig, ServeOptions } from '#core/rig.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { VirtualPower } from '#virtual/power.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { StorageCheckpoint } from '#virtual/storage-checkpoint.ts';
import { SiliconSweep } from '#virtual/sweep.ts';
import { consoleCapabilities } from './capabilities.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { factsOf } from './facts.ts';
import { awaitGolden } from './golden.ts';
import { serveTwin } from './serve.ts';
import { Twin, twinFlawsOf } from './twin.ts';

const OFFERS: readonly CapabilityName[] = [
  'channel',
  'power',
  'update',
  'radio',
  'probe',
  'identity',
  'checkpoint',
  'sweep',
];

/**
 * The twin of the nRF52840 DK: byte-exact in flash and on the wire, with named mistakes on demand. Its boot loader is
 * built as the profile says; the sound one where none is given.
 */
export function virtualNrf52840Dk(profile: McubootProfile = SOUND_PROFILE): BoardEntry {
  const facts = factsOf(profile);
  const open = (options: OpenOptions) => openRig(profile, facts, options);
  const serve = async (options: ServeOptions) =>
    serveTwin(profile, knownFlaws(profile, facts, options.flaws ?? []), options);
  return { facts, kind: 'virtual', offers: OFFERS, flaws: twinFlawsOf(profile), open, serve };
}

function openRig(profile: McubootProfile, facts: BoardFacts, options: OpenOptions): Promise<OpenRig> {
  try {
    options.signal.throwIfAborted();
    return Promise.resolve(rigOf(profile, facts, knownFlaws(profile, facts, options.flaws ?? [])));
  } catch (error) {
    return Promise.reject(error);
  }
}

function knownFlaws(
  profile: McubootProfile,
  facts: BoardFacts,
  wanted: readonly string[],
): ReadonlySet<string> {
  const known = new Set(twinFlawsOf(profile).map((flaw) => flaw.id));
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

/** The bench around a twin, on simulated time. */
function rigOf(profile: McubootProfile, facts: BoardFacts, flaws: ReadonlySet<string>): OpenRig {
  const clock = new SimClock();
  const twin = new Twin(clock, flaws, profile);
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
  return {
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
}
