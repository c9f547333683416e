import type { BleFacts } from '#core/board.ts';
import type { Clock } from '#core/clock.ts';
import { dice } from '#core/dice.ts';
import type { OpenOptions } from '#core/rig.ts';
import { parseAddress } from '#codecs/ble/address.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { BleRadio, type BleRadioOptions } from '#drivers/radio/ble-radio.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { PERIPHERAL_UUID, peripheralDatabase, peripheralHandle } from '#virtual/ble/peripheral-database.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';

const database = peripheralDatabase(() => undefined);

/** The twin's Bluetooth LE. */
export const TWIN_BLE: BleFacts = {
  address: 'C4:52:84:00:00:01/random',
  readable: peripheralHandle(database, UUID.deviceName),
  writable: peripheralHandle(database, PERIPHERAL_UUID.setting),
  protectedValue: peripheralHandle(database, PERIPHERAL_UUID.secret),
  clientFeatures: peripheralHandle(database, UUID.clientFeatures),
};

/** Seeds of what the board and our controller leave to chance; verdicts do not hang on them. */
const BOARD_SEED = 0x52840;
const OUR_SEED = 0xa55a;

/** The board's radio and ours, on one air. */
export class VirtualBle {
  readonly peripheral: BlePeripheral;
  readonly #air: Air;
  readonly #clock: Clock;
  readonly #facts: BleFacts;

  constructor(clock: Clock, facts: BleFacts, flaws: ReadonlySet<string>) {
    this.#air = new Air(clock);
    this.#clock = clock;
    this.#facts = facts;
    const address = parseAddress(facts.address);
    this.peripheral = new BlePeripheral({
      air: this.#air,
      address,
      flaws,
      random: dice(BOARD_SEED),
      isPart: true,
    });
  }

  /** Our side: a virtual controller, brought up. */
  open(rest: OpenOptions & Pick<BleRadioOptions, 'identity' | 'tail'>): Promise<BleRadio> {
    const { identity, tail, allow = [], signal } = rest;
    const { address: target, readable } = this.#facts;
    const port = new VirtualController({
      name: 'virtual controller',
      air: this.#air,
      address: new Uint8Array(6),
      random: dice(OUR_SEED),
    });
    const clock = this.#clock;
    return BleRadio.open({ port, clock, target, readable, allow, identity, tail }, { signal });
  }
}
