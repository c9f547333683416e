import type { CapabilityName, Checkpoint, FlashProbe, PowerControl } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';
import type { BoardEntry, Flaw, OpenOptions, OpenRig } from '#core/rig.ts';
import { classIdOf } from '#codecs/mcuboot-build.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { McubootChip } from '#virtual/mcuboot/chip.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { mcubootFlaws } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import { NrfDevice } from '#virtual/nrf-device.ts';
import { VirtualPower } from '#virtual/power.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { smpFlaws } from '#virtual/smp-flaws.ts';
import { SiliconSweep } from '#virtual/sweep.ts';
import { Storage, type StorageShape } from '#virtual/storage.ts';
import { StorageCheckpoint } from '#virtual/storage-checkpoint.ts';
import { StorageProbe } from '#virtual/storage-probe.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { consoleCapabilities } from './capabilities.ts';
import { facts } from './facts.ts';
import { PRODUCT } from './firmware.ts';
import { awaitGolden } from './golden.ts';
import { flash, slot0, slot1, trailerShape } from './layout.ts';

/** One one-time word for each step of the security counter. */
const SHAPE: StorageShape = { ...flash, fuses: 32 };
const LAYOUT = {
  primary: slot0,
  secondary: slot1,
  maxAlign: trailerShape.maxAlign,
  maxSectors: trailerShape.maxSectors,
};
const FLAWS: readonly Flaw[] = [...mcubootFlaws, ...smpFlaws];
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

/** What the twin leaves the factory with. */
const golden = factoryContent(
  SHAPE,
  LAYOUT,
  facts.firmware.golden.bytes,
  facts.firmware.goldenSpec.securityCounter ?? 0,
);

/** The twin of the nRF52840 DK: byte-exact in flash and on the wire, with named mistakes on demand. */
export function virtualNrf52840Dk(): BoardEntry {
  return { facts, kind: 'virtual', offers: OFFERS, flaws: FLAWS, open };
}

function open(options: OpenOptions): Promise<OpenRig> {
  try {
    options.signal.throwIfAborted();
    return Promise.resolve(new VirtualNrf(knownFlaws(options.flaws ?? [])).rig());
  } catch (error) {
    return Promise.reject(error);
  }
}

function knownFlaws(wanted: readonly string[]): ReadonlySet<string> {
  const known = new Set(FLAWS.map((flaw) => flaw.id));
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

/** One opened twin: chip, device, and the bench around it. */
class VirtualNrf {
  readonly #clock = new SimClock();
  readonly #storage = new Storage(SHAPE);
  readonly #silicon: McubootChip;
  readonly #device: NrfDevice;
  readonly #hub: ConsoleHub;

  constructor(flaws: ReadonlySet<string>) {
    this.#storage.load(golden);
    const uart = new VirtualUart('virtual uart0', this.#clock);
    const { protections, firmware } = facts;
    this.#silicon = new McubootChip({
      storage: this.#storage,
      layout: LAYOUT,
      trustedKeys: [mcubootKey(firmware.keys.signing.pem).publicDer],
      protections,
      classId: classIdOf(PRODUCT),
      flaws,
    });
    const { watchdogMs } = protections;
    this.#device = new NrfDevice({ silicon: this.#silicon, uart, clock: this.#clock, flaws, watchdogMs });
    this.#hub = new ConsoleHub(uart.host, this.#clock);
  }

  rig(): OpenRig {
    const [hub, clock] = [this.#hub, this.#clock];
    const [power, probe] = [this.#power(), this.#probe()];
    const overConsole = consoleCapabilities(hub, clock, {
      probe,
      restart: (options) => power.reset(options),
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
      checkpoint: this.#checkpoint(),
      sweep: new SiliconSweep({ silicon: this.#silicon, clock, prepare: () => this.#restoreGolden() }),
      prepare: async (options) => {
        this.#restoreGolden();
        hub.clearTail();
        await power.on(options);
        await awaitGolden(overConsole.identity, options);
      },
      onConsole: (listener) => void hub.onLine(listener),
      [Symbol.asyncDispose]: async () => {
        this.#device.powerOff();
        await hub.close();
      },
    };
  }

  #restoreGolden(): void {
    this.#device.powerOff();
    this.#storage.load(golden);
  }

  #power(): PowerControl {
    return new VirtualPower({
      device: this.#device,
      storage: this.#storage,
      clock: this.#clock,
      onLine: (listener) => this.#hub.onLine(listener),
      closed: this.#hub.closed,
    });
  }

  #probe(): FlashProbe {
    return new StorageProbe({
      storage: this.#storage,
      halt: () => this.#device.halt(),
      fuses: () => ({ 'security counter': String(storedCounter(this.#storage)), approtect: 'open' }),
    });
  }

  #checkpoint(): Checkpoint {
    return new StorageCheckpoint(this.#storage, () => this.#device.powerOff());
  }
}
