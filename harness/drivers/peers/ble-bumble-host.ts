import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '#codecs/peers/peer.ts';
import { AD, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { RealClock } from '#drivers/clock.ts';
import { openBumble, type Bumble } from '#drivers/peers/ble/bumble.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { CHARACTERISTICS, DATABASE, handleOf } from '#drivers/peers/ble/database.ts';
import { CALL, openHost, OUR_PERIPHERAL, randomBytes, virtualController } from '#drivers/peers/ble/hosts.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { GattServer } from '#drivers/radio/ble/gatt-server.ts';
import { joinPorts } from '#drivers/radio/ble/join-ports.ts';
import { pair } from '#drivers/radio/ble/pairing.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';
import { Air } from '#virtual/ble/air.ts';

const NAME = encodeAdvertising([{ type: AD.name, data: Uint8Array.from(Buffer.from('assay')) }]);
const ADDRESS = 'C4:00:00:00:00:A2';

interface Discovered {
  readonly characteristics: readonly { readonly handle: number; readonly uuid: string }[];
}

async function compareSession(
  checks: Checks,
  { bumble, peripheral }: { readonly bumble: Bumble; readonly peripheral: BleAdapter },
  { count, seed, secure }: { readonly count: number; readonly seed: number; readonly secure: boolean },
): Promise<void> {
  const servers: GattServer[] = [];
  await peripheral.advertise(
    { data: NAME },
    (link) => {
      servers.push(new GattServer(link, { database: DATABASE }));
      const features = plainFeatures(secure);
      void pair(link, { ...CALL, deadlineMs: 20_000, features, random: randomBytes(2) }).catch(
        () => undefined,
      );
    },
    CALL,
  );
  await checks.check('scan', () => bumble.ask({ do: 'scan', address: ADDRESS }), { name: 'assay' });
  await checks.check('connect', () => bumble.ask({ do: 'connect', address: ADDRESS }), { role: 0 });
  const discover = async () =>
    ((await bumble.ask({ do: 'discover', mtu: 247 })) as readonly Discovered[]).flatMap(
      ({ characteristics }) => characteristics.map(({ handle, uuid }) => ({ handle, uuid })),
    );
  await checks.check('discovery', discover, CHARACTERISTICS);
  const random = randomBytes(seed);
  for (let index = 0; index < count; index++) {
    const value = Buffer.from(random(1 + ((index * 13) % 240))).toString('hex');
    const uuid = UUID.mcumgrData;
    await checks.check('write', () => bumble.ask({ do: 'write', uuid, value }), {});
    await checks.check('read', () => bumble.ask({ do: 'read', uuid }), { value });
  }
  await checks.check('subscribe', () => bumble.ask({ do: 'subscribe', uuid: UUID.mcumgrData }), {});
  servers[0]?.notify(handleOf(UUID.mcumgrData), Uint8Array.of(4, 5, 6));
  await checks.check('notification', () => bumble.ask({ do: 'notified' }), { value: '040506' });
  await checks.check('pairing', () => bumble.ask({ do: 'pair', secure }), { encrypted: true });
  await checks.check('secret', () => bumble.ask({ do: 'read', uuid: 'fff2' }), { value: '2a' });
  await checks.check('disconnect', () => bumble.ask({ do: 'disconnect' }), {});
  while (peripheral.links.length > 0) await peripheral.host.clock.sleep(1);
}

/** Bumble's host on our virtual controller, against our GATT server and our side of pairing. */
export const peer: Peer = {
  name: 'ble-bumble-host',
  tool: 'the host of bumble 0.0.236 (PyPI)',
  async run(options) {
    const { count, seed } = options;
    const air = new Air(new RealClock());
    const folder = mkdtempSync(join(tmpdir(), 'assay-bumble-'));
    const waiting = new AbortController();
    const door = openTransport(`unix-server:${join(folder, 'hci0')}`, { signal: waiting.signal });
    door.catch(() => undefined);
    const opening = openBumble('host', 1, folder);
    const controller = virtualController(air, 'bumble', 1);
    const joined = door.then((port) => joinPorts(controller, port)).catch(() => undefined);
    const opened = await opening;
    if (typeof opened === 'string') {
      waiting.abort();
      return { compared: 0, differ: 0, skipped: opened };
    }
    const checks = new Checks((line) => options.log(line));
    {
      await using bumble = opened;
      const peripheral = await openHost(virtualController(air, 'ours', 2), OUR_PERIPHERAL, []);
      for (const secure of [false, true]) {
        await compareSession(checks, { bumble, peripheral }, { count: Math.min(count, 50), seed, secure });
      }
    }
    await joined;
    return checks.result;
  },
};
