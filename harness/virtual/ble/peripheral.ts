import type { Dice } from '#core/dice.ts';
import { sameAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import { AD, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { p256Pair, type P256Pair } from '#codecs/ble/p256.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { SmpReassembler } from '#codecs/smp-fragments.ts';
import type { Air, Heard } from '#virtual/ble/air.ts';
import type { AirEnd } from '#virtual/ble/air-link.ts';
import {
  peripheralDatabase,
  peripheralHandle,
  withOpenConfigurations,
} from '#virtual/ble/peripheral-database.ts';
import type { BleFault } from '#virtual/ble/peripheral-faults.ts';
import { PeripheralBonds } from '#virtual/ble/peripheral-bonds.ts';
import { PeripheralLink } from '#virtual/ble/peripheral-link.ts';
import type { PeripheralService, ServiceHost, ServiceMaker } from '#virtual/ble/peripheral-service.ts';
import { advertisingFault } from '#virtual/ble/peripheral-scanner.ts';
import { stackOverflow } from '#virtual/app-fault.ts';
import type { DeviceRadio, RadioBoard } from '#virtual/device-radio.ts';
import type { SmpServer } from '#virtual/smp-server.ts';

export interface BlePeripheralOptions {
  readonly air: Air;
  readonly address: DeviceAddress;
  readonly flaws: ReadonlySet<string>;
  readonly random: Dice;
  /** Serves mcumgr's requests; without one they are not answered. */
  readonly smp?: Pick<SmpServer, 'handle'>;
  /** Services besides those that every virtual peripheral has; default: none. */
  readonly services?: readonly ServiceMaker[];
  /** Set for the radio of a board, which starts and stops it; left out: it is a device of its own, on at once. */
  readonly isPart?: boolean;
}

const INTERVAL_MS = 20;
const REBOOT_MS = 300;
/** Buffer of the application's SMP server. */
const SMP_MOST = 1024;
/** Zephyr's thread that runs the host. */
const HOST_THREAD = 'BT RX WQ';

/** A virtual board on air: advertises, takes one link at a time, serves GATT, pairing, channels and mcumgr. */
export class BlePeripheral implements DeviceRadio {
  readonly database: ReturnType<typeof peripheralDatabase>;
  readonly #options: BlePeripheralOptions;
  readonly #values = new Map<number, Uint8Array>();
  #smp = new SmpReassembler(SMP_MOST);
  #link: PeripheralLink | null = null;
  #end: AirEnd | null = null;
  #stop: () => void = () => undefined;
  #pair: P256Pair | null = null;
  readonly #services: readonly PeripheralService[];
  readonly #bonds = new PeripheralBonds();
  #deafen: () => void = () => undefined;
  #board: RadioBoard | null = null;
  #boots = 0;
  #hung = false;

  constructor(options: BlePeripheralOptions) {
    this.#options = options;
    this.#services = (options.services ?? []).map((make) => make(this.#serviceHost()));
    const specs = this.#services.map(({ spec }) => spec);
    const database = peripheralDatabase((value) => this.#takeSmp(value), specs);
    const isOpen = options.flaws.has('ble/configuration-unprotected');
    this.database = isOpen ? withOpenConfigurations(database) : database;
    if (options.isPart !== true) this.#boot();
  }

  get address(): DeviceAddress {
    return this.#options.address;
  }

  /** Something below the host takes the device down. */
  fail(fault: BleFault): void {
    this.#fail(fault);
  }

  /** Times that the device has started. */
  get boots(): number {
    return this.#boots;
  }

  /** Power off and on: also what stood still starts again. */
  reset(): void {
    this.#fall();
    this.#boot();
  }

  start(board: RadioBoard): void {
    this.#board = board;
    this.#boot();
  }

  stop(): void {
    this.#board = null;
    this.#fall();
  }

  #boot(): void {
    this.#boots += 1;
    this.#hung = false;
    this.#values.clear();
    this.#deafen = this.#options.air.overhear((heard) => this.#overhear(heard));
    this.#advertise();
  }

  #advertise(): void {
    const { air, address } = this.#options;
    const name = Uint8Array.from(Buffer.from('assay-fw'));
    this.#stop = air.advertise({
      address,
      data: encodeAdvertising([
        { type: AD.flags, data: Uint8Array.of(6) },
        { type: AD.name, data: name },
      ]),
      scanResponse: new Uint8Array(),
      intervalMs: INTERVAL_MS,
      accept: (end) => this.#accept(end),
    });
  }

  /** It scans as well, as boards with mesh do. */
  #overhear({ address, data }: Heard): void {
    if (this.#hung || sameAddress(address, this.#options.address)) return;
    const fault = advertisingFault(this.#options.flaws, data);
    if (fault !== null) this.#fail(fault);
  }

  #accept(end: AirEnd): void {
    const { air, flaws, random } = this.#options;
    this.#smp = new SmpReassembler(SMP_MOST);
    for (const service of this.#services) service.begin();
    const link: PeripheralLink = new PeripheralLink({
      air,
      end,
      flaws,
      database: this.database,
      values: this.#values,
      random: (length) => Uint8Array.from({ length }, () => random(256)),
      pair: () => this.#ownPair(),
      bonds: this.#bonds,
      fail: (fault) => this.#fail(fault),
      ended: () => {
        if (this.#link === link && !this.#hung) this.#advertise();
      },
    });
    this.#link = link;
    this.#end = end;
    end.listen(link);
  }

  #serviceHost(): ServiceHost {
    const { air, flaws } = this.#options;
    return {
      flaws,
      fail: (fault) => this.#fail(fault),
      notify: (uuid, value) => this.#link?.notify(peripheralHandle(this.database, uuid), value),
      // What a client writes is kept first; the answer takes its place.
      show: (uuid, value) =>
        air.later(() => void this.#values.set(peripheralHandle(this.database, uuid), value)),
    };
  }

  #fail(fault: BleFault): void {
    if (fault === 'hang') {
      // The controller goes on acknowledging; only the host task stands still.
      this.#hung = true;
      this.#stop();
      this.#link?.stop();
      return;
    }
    const board = this.#board;
    this.#fall();
    if (board !== null) board.crash(stackOverflow(HOST_THREAD));
    else this.#options.air.clock.setTimeout(() => this.#boot(), REBOOT_MS);
  }

  #fall(): void {
    this.#deafen();
    this.#stop();
    this.#link?.stop();
    this.#link = null;
    this.#end?.vanish();
    this.#end = null;
  }

  #takeSmp(value: Uint8Array): void {
    const result = this.#smp.push(value);
    if (result.kind !== 'packet') return;
    const handle = peripheralHandle(this.database, UUID.mcumgrData);
    const tell = (answer: Uint8Array) => this.#link?.notify(handle, answer);
    this.#board?.manage(result.packet, tell);
    for (const answer of this.#options.smp?.handle(result.packet) ?? []) tell(answer);
  }

  /** One key pair for the life of the device, as stacks keep it for some pairings. */
  #ownPair(): P256Pair {
    while (this.#pair === null) {
      this.#pair = p256Pair(Uint8Array.from({ length: 32 }, () => this.#options.random(256)));
    }
    return this.#pair;
  }
}
