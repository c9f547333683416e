import type { BoardFacts } from '#core/board.ts';
import type { CutSweep } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import type { BoardEntry, Flaw, OpenOptions, OpenRig } from '#core/rig.ts';
import { OTA_ENTRY_LENGTH } from '#codecs/esp-otadata.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { SocketLedger } from '#drivers/channel/socket-ledger.ts';
import { socketSettle } from '#drivers/channel/socket-settle.ts';
import { Tcp, type Address } from '#drivers/channel/tcp.ts';
import { attendedChannel } from '#virtual/attended-channel.ts';
import { AttendedClock } from '#virtual/attended-clock.ts';
import { DatagramHub } from '#virtual/datagram-hub.ts';
import { EspDevice } from '#virtual/esp-device.ts';
import { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { espFlawsFor } from '#virtual/esp-idf/flaws.ts';
import { describeFuses } from '#virtual/esp-idf/fuses.ts';
import { ESP_SHAPE, provisionedContent } from '#virtual/esp-idf/provision.ts';
import { espNetFlaws } from '#virtual/esp-net-flaws.ts';
import { espTlsFlaws } from '#virtual/esp-tls-flaws.ts';
import { espUdpFlaws } from '#virtual/esp-udp-flaws.ts';
import { VirtualPower } from '#virtual/power.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { Storage } from '#virtual/storage.ts';
import { StorageCheckpoint } from '#virtual/storage-checkpoint.ts';
import { StorageProbe } from '#virtual/storage-probe.ts';
import { SiliconSweep } from '#virtual/sweep.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { SIMULATED_OFFERS } from '../simulated-offers.ts';
import { awaitGolden } from './await-golden.ts';
import { boardFacts } from './board.ts';
import { networkCapabilities } from './capabilities.ts';
import { encryptionOf } from './encryption.ts';
import { goldenSetup } from './golden.ts';
import { openNetwork, type BenchNetwork } from './network.ts';
import { PLAIN, type EspProfile } from './profile.ts';
import { hosts, trust, updateServer } from './update-server.ts';
import { serveEsp32 } from './serve.ts';

/** Which twin, and what it talks to. */
export interface VirtualEsp32Options {
  /** What it is built from; default two OTA slots with everything ESP-IDF offers. */
  readonly profile?: EspProfile;
  /** A real broker, as `mosquitto` on this machine; default one inside Assay. */
  readonly broker?: Address;
}

const SECTOR = 0x1000;

/** The twin of the ESP32-DevKitC: byte-exact in flash and on the wire, with named mistakes on demand. */
export function virtualEsp32Devkitc(options: VirtualEsp32Options = {}): BoardEntry {
  const { profile = PLAIN, broker } = options;
  const facts = boardFacts(profile);
  const flaws = [...espFlawsFor(profile), ...espNetFlaws, ...espTlsFlaws, ...espUdpFlaws];
  return {
    facts,
    kind: 'virtual',
    offers: SIMULATED_OFFERS,
    flaws,
    open: (open) => openTwin({ facts, profile, flaws, ...(broker && { broker }) }, open),
    serve: async (serve) =>
      serveEsp32({ facts, profile, flaws: knownFlaws({ facts, profile, flaws }, serve.flaws ?? []) }, serve),
  };
}

interface Twin {
  readonly facts: BoardFacts;
  readonly profile: EspProfile;
  /** Those it can be built with. */
  readonly flaws: readonly Flaw[];
  readonly broker?: Address;
}

async function openTwin(twin: Twin, options: OpenOptions): Promise<OpenRig> {
  options.signal.throwIfAborted();
  const flaws = knownFlaws(twin, options.flaws ?? []);
  const ledger = new SocketLedger();
  const boardClock = new SimClock(socketSettle(ledger));
  const clock = new AttendedClock(boardClock);
  const tcp = new Tcp({
    ledger,
    hosts,
    ...(twin.broker && { allow: [`${twin.broker.host}:${twin.broker.port}`] }),
  });
  const network = await openNetwork({
    tcp,
    clock,
    https: { name: updateServer.host },
    ...(twin.broker && { broker: twin.broker }),
  });
  try {
    return await new VirtualEsp32({ twin, flaws, boardClock, clock, tcp, network }).rig();
  } catch (error) {
    await network.close();
    throw error;
  }
}

function knownFlaws({ facts, flaws }: Twin, wanted: readonly string[]): ReadonlySet<string> {
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
  readonly twin: Twin;
  readonly flaws: ReadonlySet<string>;
  readonly boardClock: SimClock;
  readonly clock: AttendedClock;
  readonly tcp: Tcp;
  readonly network: BenchNetwork;
}

/** One opened twin: chip, device, and the bench around it. */
class VirtualEsp32 {
  readonly #parts: Parts;
  readonly #golden: ReturnType<Storage['save']>;
  readonly #storage = new Storage(ESP_SHAPE);
  readonly #chip: EspChip;
  readonly #datagrams: DatagramHub;
  readonly #device: EspDevice;
  readonly #hub: ConsoleHub;

  constructor(parts: Parts) {
    const { twin, flaws, boardClock, tcp, network } = parts;
    const { id, protections } = twin.facts;
    const { profile } = twin;
    this.#parts = parts;
    this.#datagrams = new DatagramHub(boardClock);
    this.#golden = provisionedContent(goldenSetup(profile, flaws));
    this.#storage.load(this.#golden);
    this.#chip = new EspChip(this.#storage, { ...profile, flashEncryption: encryptionOf(profile), flaws });
    const uart = new VirtualUart('virtual uart0', boardClock);
    this.#device = new EspDevice({
      chip: this.#chip,
      uart,
      clock: boardClock,
      network: tcp,
      flaws,
      deviceId: id,
      broker: network.front.address,
      trust,
      datagrams: this.#datagrams,
      watchdogMs: protections.watchdogMs,
    });
    this.#hub = new ConsoleHub(uart.host, boardClock);
  }

  async rig(): Promise<OpenRig> {
    const { twin, clock, network } = this.#parts;
    const { facts } = twin;
    const [power, probe] = [this.#power(), this.#probe()];
    const { identity, radio, update } = await this.#capabilities(power, probe);
    return {
      board: facts,
      kind: 'virtual',
      clock,
      instruments: {
        channel: 'simulated UART, 115200 baud',
        power: 'simulated supply, cuts inside flash operations',
        update: `MQTT and HTTP over loopback, ${network.broker.name}`,
        probe: 'simulated debug port',
      },
      channel: attendedChannel(this.#hub.tap(), clock),
      power,
      probe,
      identity,
      radio,
      update,
      checkpoint: new StorageCheckpoint(this.#storage, () => this.#device.powerOff()),
      sweep: this.#sweep(),
      prepare: async (options) => {
        this.#device.powerOff();
        this.#storage.load(this.#golden);
        this.#hub.clearTail();
        await power.on(options);
        await awaitGolden(identity, facts.firmware.golden, options);
      },
      onConsole: (listener) => this.#hub.onLine(listener),
      [Symbol.asyncDispose]: () => this.#close(),
    };
  }

  async #close(): Promise<void> {
    this.#device.powerOff();
    await this.#hub.close();
    await this.#parts.network.close();
  }

  #capabilities(power: VirtualPower, probe: StorageProbe): ReturnType<typeof networkCapabilities> {
    const { twin, flaws, clock, network } = this.#parts;
    return networkCapabilities({
      deviceId: twin.facts.id,
      clock,
      hub: this.#hub,
      network,
      datagrams: this.#datagrams,
      backDoor: {
        profile: twin.profile,
        probe,
        stride: flaws.has('esp-idf/otadata-single-sector') ? OTA_ENTRY_LENGTH : SECTOR,
        restart: (options) => power.reset(options),
      },
    });
  }

  #power(): VirtualPower {
    return new VirtualPower({
      device: this.#device,
      storage: this.#storage,
      clock: this.#parts.clock,
      onLine: (listener) => this.#hub.onLine(listener),
      closed: this.#hub.closed,
    });
  }

  #probe(): StorageProbe {
    return new StorageProbe({
      // Through the cache, as a debugger reads: plain text where the flash holds ciphertext.
      storage: this.#chip.traits.flash,
      halt: () => this.#device.halt(),
      fuses: () => describeFuses(this.#storage, this.#parts.twin.profile.chip.keySlots),
    });
  }

  #sweep(): CutSweep {
    const prepare = () => this.#storage.load(this.#golden);
    const sweep = new SiliconSweep({ silicon: this.#chip, prepare, clock: this.#parts.clock });
    return {
      open: (plan, options) => {
        this.#device.powerOff();
        return sweep.open(plan, options);
      },
      repeat: (subject, cuts, options) => {
        this.#device.powerOff();
        return sweep.repeat(subject, cuts, options);
      },
    };
  }
}
