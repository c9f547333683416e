import { advertisedName, AD, decodeAdvertising, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import type { Sighting } from '#drivers/radio/ble/advertising-reports.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';
import { discoverGatt } from '#drivers/radio/ble/gatt-discovery.ts';
import { GattServer } from '#drivers/radio/ble/gatt-server.ts';
import { pair } from '#drivers/radio/ble/pairing.ts';
import type { Checks } from '#drivers/peers/ble/checks.ts';
import { CHARACTERISTICS, DATABASE, handleOf } from '#drivers/peers/ble/database.ts';
import { CALL, OUR_PERIPHERAL, randomBytes } from '#drivers/peers/ble/hosts.ts';

const NAME = encodeAdvertising([{ type: AD.name, data: Uint8Array.from(Buffer.from('assay')) }]);

interface Session {
  readonly client: AttClient;
  readonly server: GattServer;
}

export interface TwoHostsOptions {
  /** Values that are written and read. */
  readonly count: number;
  readonly seed: number;
  /** What a controller tells the host that ended a link; default 16, as the specification has it. */
  readonly ownReason?: number;
}

/** Everything that two of our hosts do with each other, on whatever controllers they have. */
export async function compareTwoHosts(
  checks: Checks,
  central: BleAdapter,
  peripheral: BleAdapter,
  options: TwoHostsOptions,
): Promise<void> {
  for (const secure of [false, true]) {
    const session = await connect(checks, central, peripheral);
    await talk(checks, session, options);
    await pairBoth(checks, session, secure);
    await part(checks, session, options.ownReason ?? HCI_STATUS.localEnded);
  }
  await checks.check('credits', () => central.flow.credits, central.flow.buffers.aclCount);
}

async function connect(checks: Checks, central: BleAdapter, peripheral: BleAdapter): Promise<Session> {
  const servers: GattServer[] = [];
  const accept = (link: BleLink) => void servers.push(new GattServer(link, { database: DATABASE }));
  await peripheral.advertise({ data: NAME }, accept, CALL);
  await checks.check('advertised name', () => nameHeard(central), 'assay');
  const link = await central.connect(OUR_PERIPHERAL, CALL);
  while (servers.length === 0) await link.clock.sleep(1);
  const [server] = servers;
  if (server === undefined) throw new Error('the peripheral has no link');
  return { client: new AttClient(link), server };
}

async function nameHeard(central: BleAdapter): Promise<string | null> {
  const heard = await new Promise<Sighting>((resolve) => {
    void central.scan(resolve, CALL);
  });
  await central.host.command({ type: 'leSetScanEnable', enable: 0, filterDuplicates: 0 }, CALL);
  const data = decodeAdvertising(heard.data);
  return data instanceof Error ? data.message : advertisedName(data);
}

async function talk(
  checks: Checks,
  { client, server }: Session,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<void> {
  await checks.check('MTU', () => client.request({ type: 'mtuReq', mtu: 247 }, CALL), {
    type: 'mtuRsp',
    mtu: 517,
  });
  const found = async () =>
    (await discoverGatt(client, CALL)).flatMap(({ characteristics }) =>
      characteristics.map(({ handle, uuid }) => ({ handle, uuid })),
    );
  await checks.check('discovery', found, CHARACTERISTICS);
  const random = randomBytes(seed);
  const handle = handleOf(UUID.mcumgrData);
  for (let index = 0; index < count; index++) {
    const value = random(1 + ((index * 7) % 240));
    await checks.check('write', () => client.request({ type: 'writeReq', handle, value }, CALL), {
      type: 'writeRsp',
    });
    await checks.check('read', () => client.request({ type: 'readReq', handle }, CALL), {
      type: 'readRsp',
      value,
    });
  }
  await client.request({ type: 'writeReq', handle: handle + 1, value: Uint8Array.of(1, 0) }, CALL);
  const notified = new Promise((resolve) => client.onValue((_, value) => resolve([...value])));
  server.notify(handle, Uint8Array.of(1, 2, 3));
  await checks.check('notification', () => notified, [1, 2, 3]);
}

async function pairBoth(checks: Checks, { client, server }: Session, secure: boolean): Promise<void> {
  const handle = handleOf('fff2');
  const ask = () => client.request({ type: 'readReq', handle }, CALL);
  await checks.check('read in clear', ask, { type: 'error', request: 0x0a, handle, code: 0x0f });
  const features = plainFeatures(secure);
  const both = async () => {
    const keys = await Promise.all([
      pair(client.link, { ...CALL, features, random: randomBytes(1) }),
      pair(server.link, { ...CALL, features, random: randomBytes(2) }),
    ]);
    return keys.every(
      ({ key, secureConnections }) => secureConnections === secure && key.some((byte) => byte > 0),
    );
  };
  await checks.check(secure ? 'secure connections' : 'legacy pairing', both, true);
  await checks.check('read encrypted', ask, { type: 'readRsp', value: Uint8Array.of(42) });
}

async function part(checks: Checks, { client, server }: Session, ownReason: number): Promise<void> {
  await client.link.disconnect(CALL);
  await checks.check('own reason', () => client.link.reason, ownReason);
  while (server.link.reason === null) await client.link.clock.sleep(1);
  await checks.check('other reason', () => server.link.reason, HCI_STATUS.remoteEnded);
}
