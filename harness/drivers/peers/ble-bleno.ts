import type { Peer } from '#codecs/peers/peer.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { RealClock } from '#drivers/clock.ts';
import { BLENO } from '#drivers/peers/ble/bleno-target.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import {
  CALL,
  openHost,
  OURS,
  publicController,
  randomBytes,
  virtualController,
} from '#drivers/peers/ble/hosts.ts';
import { openNodePeer, type NodePeer } from '#drivers/peers/ble/node-peer.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { discoverGatt } from '#drivers/radio/ble/gatt-discovery.ts';
import { Air } from '#virtual/ble/air.ts';

async function compareSession(
  checks: Checks,
  { bleno, central }: { readonly bleno: NodePeer; readonly central: BleAdapter },
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<void> {
  const link = await central.connect(BLENO, CALL);
  const client = new AttClient(link);
  await checks.check('MTU', () => client.request({ type: 'mtuReq', mtu: 200 }, CALL), {
    type: 'mtuRsp',
    mtu: 200,
  });
  const services = await discoverGatt(client, CALL);
  await checks.check('services', () => services.map(({ uuid }) => uuid), [UUID.gap, UUID.gatt, UUID.mcumgr]);
  const value = services.at(-1)?.characteristics[0];
  const handle = value?.handle ?? 0;
  await checks.check('characteristic', () => value?.uuid, UUID.mcumgrData);
  await checks.check('descriptors', () => value?.descriptors.map(({ uuid }) => uuid), [
    UUID.clientConfiguration,
  ]);
  const random = randomBytes(seed);
  for (let index = 0; index < count; index++) {
    const sent = random(1 + ((index * 11) % 180));
    await client.request({ type: 'writeReq', handle, value: sent }, CALL);
    await checks.check('written', () => bleno.ask({ do: 'value' }), {
      value: Buffer.from(sent).toString('hex'),
    });
    await checks.check('read', () => client.request({ type: 'readReq', handle }, CALL), {
      type: 'readRsp',
      value: sent,
    });
  }
  await client.request({ type: 'writeReq', handle: handle + 1, value: Uint8Array.of(1, 0) }, CALL);
  const notified = new Promise((resolve) => client.onValue((_, bytes) => resolve([...bytes])));
  await bleno.ask({ do: 'notify', value: '0a0b' });
  await checks.check('notification', () => notified, [10, 11]);
  await link.disconnect(CALL);
}

/** Our central against bleno's GATT server, which runs on our virtual controller behind a pseudo-terminal. */
export const peer: Peer = {
  name: 'ble-bleno',
  tool: '@stoprocent/bleno 0.12.4 (npm)',
  async run(options) {
    const air = new Air(new RealClock());
    const opened = await openNodePeer('bleno', publicController(air, BLENO));
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using bleno = opened;
    const checks = new Checks((line) => options.log(line));
    const central = await openHost(virtualController(air, 'ours', 2), OURS, [BLENO]);
    const { seed } = options;
    await compareSession(checks, { bleno, central }, { count: Math.min(options.count, 50), seed });
    return checks.result;
  },
};
