import { dice } from '#core/dice.ts';
import { endpointUuid, PROVISIONING_SERVICE, type ProvisioningEndpoint } from '#codecs/ble/provisioning.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { CaseRunner } from '#drivers/radio/ble/case-runner.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { CALM, CENTRAL, PERIPHERAL, randomBytes } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { PERIPHERAL_UUID, peripheralHandle } from '#virtual/ble/peripheral-database.ts';
import type { ServiceMaker } from '#virtual/ble/peripheral-service.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { BluFiService } from '#virtual/ble/service-blufi.ts';
import { DfuService } from '#virtual/ble/service-dfu.ts';
import { ProvisioningService } from '#virtual/ble/service-provisioning.ts';
import { SimClock } from '#virtual/sim-clock.ts';

/** Services that have a grammar of their own. */
const SERVICES: readonly ServiceMaker[] = [
  (host) => new BluFiService(host),
  (host) => new ProvisioningService(host),
  (host) => new DfuService(host),
];

/** A virtual peripheral, and a runner of cases against it over HCI and air. */
export async function virtualTarget(...flaws: readonly string[]) {
  const clock = new SimClock();
  const air = new Air(clock);
  const peripheral = new BlePeripheral({
    air,
    address: PERIPHERAL,
    flaws: new Set(flaws),
    random: dice(7),
    services: SERVICES,
  });
  const controller = new VirtualController({
    name: 'ours',
    air,
    address: new Uint8Array(6),
    random: dice(8),
  });
  const host = new HciHost(controller, clock);
  const adapter = await BleAdapter.open({ host, address: CENTRAL, allow: [PERIPHERAL] }, CALM);
  const handle = (uuid: string) => peripheralHandle(peripheral.database, uuid);
  const seen = (uuid: string, ...values: readonly string[]) => ({
    uuid,
    characteristics: values.map((value) => ({ uuid: value, handle: handle(value) })),
  });
  const endpoint = (name: ProvisioningEndpoint) => endpointUuid(PROVISIONING_SERVICE, name);
  const handles = {
    readable: 3,
    writable: handle(PERIPHERAL_UUID.setting),
    protectedValue: handle(PERIPHERAL_UUID.secret),
    clientFeatures: handle(UUID.clientFeatures),
    services: [
      seen(UUID.bluFi, UUID.bluFiWrite),
      seen(PROVISIONING_SERVICE, endpoint('session'), endpoint('config')),
    ],
  };
  const runner = new CaseRunner({
    adapter,
    target: PERIPHERAL,
    readable: handles.readable,
    random: randomBytes(9),
    boots: () => peripheral.boots,
    reset: () => {
      peripheral.reset();
      return Promise.resolve();
    },
  });
  return { runner, handles, peripheral, adapter };
}
