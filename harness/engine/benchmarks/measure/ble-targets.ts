import type { CallOptions } from '#core/capabilities.ts';
import { dice } from '#core/dice.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { parseAddress } from '#codecs/ble/address.ts';
import { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { CaseRunner } from '#drivers/radio/ble/case-runner.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { RecordedPort } from '#drivers/radio/ble/recorded-port.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { PERIPHERAL_UUID, peripheralHandle } from '#virtual/ble/peripheral-database.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { SimClock } from '#virtual/sim-clock.ts';

const OURS = parseAddress('C4:00:00:00:00:01');
export const TARGET = parseAddress('C4:00:00:00:00:02');
export const CALM: CallOptions = { signal: new AbortController().signal };

/** The virtual peripheral in simulated time, and a runner against it that keeps every packet. */
export async function virtualBleTarget(keep: (record: HciRecord) => void) {
  const clock = new SimClock();
  const air = new Air(clock);
  const peripheral = new BlePeripheral({ air, address: TARGET, flaws: new Set(), random: dice(1) });
  const controller = new VirtualController({
    name: 'ours',
    air,
    address: new Uint8Array(6),
    random: dice(2),
  });
  const port = new RecordedPort(controller, () => clock.now() * 1000, keep);
  const adapter = await BleAdapter.open(
    { host: new HciHost(port, clock), address: OURS, allow: [TARGET] },
    CALM,
  );
  const roll = dice(3);
  const runner = new CaseRunner({
    adapter,
    target: TARGET,
    readable: 3,
    random: (length) => Uint8Array.from({ length }, () => roll(256)),
    boots: () => peripheral.boots,
    reset: () => {
      peripheral.reset();
      return Promise.resolve();
    },
  });
  const writable = peripheralHandle(peripheral.database, PERIPHERAL_UUID.setting);
  return { runner, adapter, peripheral, handles: { readable: 3, writable } };
}
