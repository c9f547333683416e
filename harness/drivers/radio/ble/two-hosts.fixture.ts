import { dice } from '#core/dice.ts';
import { parseAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import type { H4Packet } from '#codecs/ble/h4.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import type { ControllerFacts } from '#virtual/ble/controller-facts.ts';
import { SimClock } from '#virtual/sim-clock.ts';

export const CENTRAL = parseAddress('C4:00:00:00:00:01');
export const PERIPHERAL = parseAddress('C4:00:00:00:00:02');
const { signal } = new AbortController();
export const CALM = { signal };

export interface TwoHostsOptions {
  readonly facts?: ControllerFacts;
  readonly allow?: readonly DeviceAddress[];
  /** Damage on the way from the central's controller to its host. */
  readonly tamper?: (packet: H4Packet) => readonly H4Packet[];
  /** Wraps the central's port, to record it. */
  readonly wrap?: (port: HciPort) => HciPort;
}

/** Two of our hosts, each with a virtual controller, on one air. */
export class TwoHosts {
  readonly clock = new SimClock();
  readonly air = new Air(this.clock);
  readonly central: BleAdapter;
  readonly peripheral: BleAdapter;

  private constructor(parts: Pick<TwoHosts, 'clock' | 'air' | 'central' | 'peripheral'>) {
    ({ clock: this.clock, air: this.air, central: this.central, peripheral: this.peripheral } = parts);
  }

  static async open(options: TwoHostsOptions = {}): Promise<TwoHosts> {
    const clock = new SimClock();
    const air = new Air(clock);
    const { facts, tamper, wrap = (port) => port, allow = [PERIPHERAL] } = options;
    const controller = (name: string, seed: number, more: object) =>
      new VirtualController({
        name,
        air,
        address: new Uint8Array(6),
        random: dice(seed),
        ...(facts === undefined ? {} : { facts }),
        ...more,
      });
    const port = wrap(controller('central', 1, tamper === undefined ? {} : { tamper }));
    const central = await BleAdapter.open({ host: new HciHost(port, clock), address: CENTRAL, allow }, CALM);
    const host = new HciHost(controller('peripheral', 2, {}), clock);
    const peripheral = await BleAdapter.open({ host, address: PERIPHERAL, allow: [] }, CALM);
    return new TwoHosts({ clock, air, central, peripheral });
  }

  /** A link between both, as each side has it. */
  async connect(
    accept: (link: BleLink) => void = () => undefined,
  ): Promise<{ central: BleLink; peripheral: BleLink }> {
    let taken: BleLink | null = null;
    await this.peripheral.advertise(
      { data: new Uint8Array() },
      (link) => {
        taken = link;
        accept(link);
      },
      CALM,
    );
    const central = await this.central.connect(PERIPHERAL, CALM);
    if (taken === null) throw new Error('the peripheral was not told of the link');
    return { central, peripheral: taken };
  }
}

/** Seeded random bytes. */
export function randomBytes(seed: number): (length: number) => Uint8Array {
  const roll = dice(seed);
  return (length) => Uint8Array.from({ length }, () => roll(256));
}
