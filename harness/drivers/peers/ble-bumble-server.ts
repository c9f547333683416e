import type { Peer } from '#codecs/peers/peer.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { openBumble, type Bumble } from '#drivers/peers/ble/bumble.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { CALL, openHost, OURS, randomBytes, THEIRS } from '#drivers/peers/ble/hosts.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { discoverGatt, type FoundService } from '#drivers/radio/ble/gatt-discovery.ts';
import { pair } from '#drivers/radio/ble/pairing.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';

interface Listed {
  readonly handle: number;
  readonly uuid: string;
}

/** Handle and type of every attribute that discovery knows of, besides the values' own declarations. */
function attributesOf(services: readonly FoundService[]): readonly Listed[] {
  return services.flatMap(({ handle, characteristics }) => [
    { handle, uuid: UUID.primaryService },
    ...characteristics.flatMap((one) => [
      { handle: one.handle - 1, uuid: UUID.characteristic },
      { handle: one.handle, uuid: one.uuid },
      ...one.descriptors,
    ]),
  ]);
}

async function compareSession(
  checks: Checks,
  { bumble, central }: { readonly bumble: Bumble; readonly central: BleAdapter },
  options: { readonly count: number; readonly seed: number; readonly secure: boolean },
): Promise<void> {
  await bumble.ask({ do: 'secure', secure: options.secure });
  const link = await central.connect(THEIRS, CALL);
  const client = new AttClient(link);
  await client.request({ type: 'mtuReq', mtu: 200 }, CALL);
  const services = await discoverGatt(client, CALL);
  const theirs = (await bumble.ask({ do: 'attributes' })) as readonly Listed[];
  const short = theirs.map(({ handle, uuid }) => ({
    handle,
    uuid: uuid.replace(/^0000(....)-0000-1000-8000-.*/, '$1'),
  }));
  await checks.check('database', () => attributesOf(services), short);
  const found = services.flatMap(({ characteristics }) => characteristics);
  const handle = found.find(({ uuid }) => uuid === UUID.mcumgrData)?.handle ?? 0;
  const secret = found.find(({ uuid }) => uuid === 'fff2')?.handle ?? 0;
  const random = randomBytes(options.seed);
  for (let index = 0; index < options.count; index++) {
    const value = random(1 + ((index * 11) % 180));
    await client.request({ type: 'writeReq', handle, value }, CALL);
    await checks.check('written', () => bumble.ask({ do: 'value' }), {
      value: Buffer.from(value).toString('hex'),
    });
    await checks.check('read', () => client.request({ type: 'readReq', handle }, CALL), {
      type: 'readRsp',
      value,
    });
  }
  await client.request({ type: 'writeReq', handle: handle + 1, value: Uint8Array.of(1, 0) }, CALL);
  const notified = new Promise((resolve) => client.onValue((_, value) => resolve([...value])));
  await bumble.ask({ do: 'notify', value: '070809' });
  await checks.check('notification', () => notified, [7, 8, 9]);
  const key = () => pair(link, { ...CALL, features: plainFeatures(options.secure), random });
  await checks.check('pairing', async () => (await key()).secureConnections, options.secure);
  const value = Uint8Array.of(42);
  await checks.check('secret', () => client.request({ type: 'readReq', handle: secret }, CALL), {
    type: 'readRsp',
    value,
  });
  await link.disconnect(CALL);
}

/** Our central against Bumble's GATT server and its side of pairing. */
export const peer: Peer = {
  name: 'ble-bumble-server',
  tool: 'the GATT server of bumble 0.0.236 (PyPI)',
  async run(options) {
    const { count, seed } = options;
    const opened = await openBumble('server', 1);
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using bumble = opened;
    const checks = new Checks((line) => options.log(line));
    const port = await openTransport(`unix:${bumble.sockets[0] ?? ''}`, CALL);
    const central = await openHost(port, OURS, [THEIRS]);
    for (const secure of [false, true]) {
      await compareSession(checks, { bumble, central }, { count: Math.min(count, 50), seed, secure });
    }
    await port.close();
    return checks.result;
  },
};
