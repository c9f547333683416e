import type { Peer } from '#codecs/peers/peer.ts';
import { AD, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { RealClock } from '#drivers/clock.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { CHARACTERISTICS, DATABASE, handleOf } from '#drivers/peers/ble/database.ts';
import {
  CALL,
  openHost,
  OUR_PERIPHERAL,
  publicController,
  randomBytes,
  virtualController,
} from '#drivers/peers/ble/hosts.ts';
import { openNodePeer, type NodePeer } from '#drivers/peers/ble/node-peer.ts';
import { GattServer } from '#drivers/radio/ble/gatt-server.ts';
import { Air } from '#virtual/ble/air.ts';

const NOBLE = { type: 0, bytes: Uint8Array.of(0xb2, 0, 0, 0, 0, 0x10) };
const NAME = encodeAdvertising([{ type: AD.name, data: Uint8Array.from(Buffer.from('assay')) }]);

async function compareSession(
  checks: Checks,
  { noble, servers }: { readonly noble: NodePeer; readonly servers: readonly GattServer[] },
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<void> {
  await checks.check('connect', () => noble.ask({ do: 'connect', name: 'assay' }), {
    address: 'c4:00:00:00:00:a2',
  });
  const uuids = async () =>
    ((await noble.ask({ do: 'discover' })) as unknown as { uuid: string }[]).map(({ uuid }) => uuid);
  await checks.check(
    'discovery',
    uuids,
    CHARACTERISTICS.map(({ uuid }) => uuid.replaceAll('-', '')),
  );
  const random = randomBytes(seed);
  const uuid = UUID.mcumgrData;
  for (let index = 0; index < count; index++) {
    const value = Buffer.from(random(1 + ((index * 13) % 240))).toString('hex');
    await checks.check('write', () => noble.ask({ do: 'write', uuid, value }), {});
    await checks.check('read', () => noble.ask({ do: 'read', uuid }), { value });
  }
  await checks.check('subscribe', () => noble.ask({ do: 'subscribe', uuid }), {});
  await noble.ask({ do: 'notified', uuid });
  servers[0]?.notify(handleOf(uuid), Uint8Array.of(4, 5, 6));
  await checks.check('notification', () => noble.hear(), { value: '040506' });
  await checks.check('disconnect', () => noble.ask({ do: 'disconnect' }), {});
}

/** noble's central on our virtual controller behind a pseudo-terminal, against our GATT server. */
export const peer: Peer = {
  name: 'ble-noble',
  tool: '@stoprocent/noble 2.8.0 (npm)',
  async run(options) {
    const air = new Air(new RealClock());
    const opened = await openNodePeer('noble', publicController(air, NOBLE));
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using noble = opened;
    const checks = new Checks((line) => options.log(line));
    const peripheral = await openHost(virtualController(air, 'ours', 2), OUR_PERIPHERAL, []);
    const servers: GattServer[] = [];
    await peripheral.advertise(
      { data: NAME },
      (link) => void servers.push(new GattServer(link, { database: DATABASE })),
      CALL,
    );
    const { seed } = options;
    await compareSession(checks, { noble, servers }, { count: Math.min(options.count, 50), seed });
    return checks.result;
  },
};
