import type { BleFacts, BleServiceFacts } from '#core/board.ts';
import type { Clock } from '#core/clock.ts';
import { dice } from '#core/dice.ts';
import { parseAddress } from '#codecs/ble/address.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { PERIPHERAL_UUID, peripheralDatabase, peripheralHandle } from '#virtual/ble/peripheral-database.ts';
import type { ServiceHost, ServiceMaker } from '#virtual/ble/peripheral-service.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { DfuService } from '#virtual/ble/service-dfu.ts';

/** What the twin serves besides what every virtual peripheral does. */
const SERVICES: readonly ServiceMaker[] = [(host) => new DfuService(host)];
const NOBODY: ServiceHost = {
  flaws: new Set(),
  fail: () => undefined,
  notify: () => undefined,
  show: () => undefined,
};
const database = peripheralDatabase(
  () => undefined,
  SERVICES.map((make) => make(NOBODY).spec),
);

function service(uuid: string, ...values: readonly string[]): BleServiceFacts {
  const characteristics = values.map((value) => ({ uuid: value, handle: peripheralHandle(database, value) }));
  return { uuid, characteristics };
}

/** The twin's Bluetooth LE. */
export const TWIN_BLE: BleFacts = {
  address: 'C4:52:84:00:00:01/random',
  readable: peripheralHandle(database, UUID.deviceName),
  writable: peripheralHandle(database, PERIPHERAL_UUID.setting),
  protectedValue: peripheralHandle(database, PERIPHERAL_UUID.secret),
  clientFeatures: peripheralHandle(database, UUID.clientFeatures),
  services: [service(UUID.mcumgr, UUID.mcumgrData), service(UUID.nordicDfu, UUID.dfuControl, UUID.dfuPacket)],
};

/** Seeds of what the board and our controller leave to chance; verdicts do not hang on them. */
const BOARD_SEED = 0x52840;
const OUR_SEED = 0xa55a;

/** The board's radio and our controller, on one air. */
export class VirtualBle {
  readonly peripheral: BlePeripheral;
  /** Our way to the board. */
  readonly way: { readonly port: VirtualController; readonly facts: BleFacts };

  constructor(clock: Clock, facts: BleFacts, flaws: ReadonlySet<string>) {
    const air = new Air(clock);
    const address = parseAddress(facts.address);
    const random = dice(BOARD_SEED);
    this.peripheral = new BlePeripheral({ air, address, flaws, random, services: SERVICES, isPart: true });
    const port = new VirtualController({
      name: 'virtual controller',
      air,
      address: new Uint8Array(6),
      random: dice(OUR_SEED),
    });
    this.way = { port, facts };
  }
}
