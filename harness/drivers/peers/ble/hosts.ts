import type { CallOptions } from '#core/capabilities.ts';
import { dice } from '#core/dice.ts';
import { parseAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { RecordedPort } from '#drivers/radio/ble/recorded-port.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';

/** Addresses of the devices in these sweeps. */
export const OURS = parseAddress('C4:00:00:00:00:A1');
export const OUR_PERIPHERAL = parseAddress('C4:00:00:00:00:A2');
export const THEIRS = parseAddress('C4:00:00:00:00:B2');

/** Never aborted: the sweeps bound every wait by its deadline. */
export const CALL: CallOptions = { signal: new AbortController().signal, deadlineMs: 5000 };

/** A host of ours on a controller of anybody. */
export function openHost(
  port: HciPort,
  address: DeviceAddress,
  allow: readonly DeviceAddress[],
): Promise<BleAdapter> {
  return BleAdapter.open({ host: new HciHost(port, new RealClock()), address, allow }, CALL);
}

/** A virtual controller without a public address, as on an nRF chip. */
export function virtualController(air: Air, name: string, seed: number): VirtualController {
  return new VirtualController({ name, air, address: new Uint8Array(6), random: dice(seed) });
}

/** A virtual controller with a public address, for hosts that know no other. */
export function publicController(air: Air, { bytes }: DeviceAddress): VirtualController {
  return new VirtualController({ name: 'public', air, address: bytes, random: dice(1) });
}

/** A controller whose packets are kept, with the time of day. */
export function recorded(port: HciPort, keep: (record: HciRecord) => void): HciPort {
  return new RecordedPort(port, () => Date.now() * 1000, keep);
}

/** Seeded random bytes. */
export function randomBytes(seed: number): (length: number) => Uint8Array {
  const roll = dice(seed);
  return (length) => Uint8Array.from({ length }, () => roll(256));
}
