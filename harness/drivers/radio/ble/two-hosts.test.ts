import assert from 'node:assert/strict';
import { BenchError, PeerError, UsageError } from '#core/errors.ts';
import { AD, decodeAdvertising, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import { gattDatabase, PROPERTY, valueOf } from '#codecs/ble/gatt-database.ts';
import { H4 } from '#codecs/ble/h4.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';
import { discoverGatt } from '#drivers/radio/ble/gatt-discovery.ts';
import { GattServer } from '#drivers/radio/ble/gatt-server.ts';
import { pair } from '#drivers/radio/ble/pairing.ts';
import { CALM, PERIPHERAL, randomBytes, TwoHosts } from '#drivers/radio/ble/two-hosts.fixture.ts';

const { read, write, notify } = PROPERTY;
const DATABASE = gattDatabase([
  {
    uuid: '1800',
    characteristics: [{ uuid: '2a00', properties: read, value: Uint8Array.from(Buffer.from('assay')) }],
  },
  {
    uuid: '8d53dc1d-1db7-4cd3-868b-8a527460aa84',
    characteristics: [
      { uuid: 'fff1', properties: read | write | notify },
      { uuid: 'fff2', properties: read, needsEncryption: true, value: Uint8Array.of(42) },
    ],
  },
]);
const handleOf = (uuid: string) => valueOf(DATABASE, uuid)?.handle ?? 0;

async function served(hosts: TwoHosts): Promise<{ client: AttClient; server: GattServer; far: BleLink }> {
  const servers: GattServer[] = [];
  const accept = (link: BleLink) => void servers.push(new GattServer(link, { database: DATABASE }));
  const { central, peripheral } = await hosts.connect(accept);
  const [server] = servers;
  assert.ok(server !== undefined);
  return { client: new AttClient(central), server, far: peripheral };
}

describe('two hosts on a virtual air', () => {
  it('find each other', async () => {
    const hosts = await TwoHosts.open();
    const data = encodeAdvertising([{ type: AD.name, data: Uint8Array.from(Buffer.from('assay')) }]);
    const stop = await hosts.peripheral.advertise({ data }, () => undefined, CALM);
    const heard = await new Promise((resolve) => {
      void hosts.central.scan(resolve, CALM);
    });
    assert.deepEqual(heard, { address: PERIPHERAL, data, isScanResponse: false });
    assert.ok(Array.isArray(decodeAdvertising(data)));
    await stop();
  });

  it('talk GATT: discovery, values, notifications', async () => {
    const hosts = await TwoHosts.open();
    const { client, server } = await served(hosts);
    const services = await discoverGatt(client, CALM);
    assert.deepEqual(
      services.map(({ uuid, characteristics }) => [uuid, ...characteristics.map((one) => one.uuid)]),
      [
        ['1800', '2a00'],
        ['8d53dc1d-1db7-4cd3-868b-8a527460aa84', 'fff1', 'fff2'],
      ],
    );
    const value = services[1]?.characteristics[0];
    assert.deepEqual(value?.descriptors, [{ handle: (value?.handle ?? 0) + 1, uuid: '2902' }]);
    const handle = handleOf('fff1');
    assert.equal(server.notify(handle, Uint8Array.of(1)), false);
    await client.request({ type: 'writeReq', handle: handle + 1, value: Uint8Array.of(1, 0) }, CALM);
    const got = new Promise((resolve) => client.onValue((from, bytes) => resolve([from, ...bytes])));
    assert.equal(server.notify(handle, Uint8Array.of(7, 8)), true);
    assert.deepEqual(await got, [handle, 7, 8]);
  });

  it('carry long values over small buffers, and lose no credit', async () => {
    const hosts = await TwoHosts.open({ facts: { aclLength: 27, aclCount: 2 } });
    const { client } = await served(hosts);
    await client.request({ type: 'mtuReq', mtu: 517 }, CALM);
    const value = randomBytes(1)(500);
    const handle = handleOf('fff1');
    assert.deepEqual(await client.request({ type: 'writeReq', handle, value }, CALM), { type: 'writeRsp' });
    assert.deepEqual(await client.request({ type: 'readReq', handle }, CALM), { type: 'readRsp', value });
    assert.equal(hosts.central.flow.credits, 2);
    assert.equal(hosts.central.flow.waiting, 0);
  });

  for (const secure of [false, true]) {
    it(`pair by ${secure ? 'secure connections' : 'the legacy way'}, and then read what needs encryption`, async () => {
      const hosts = await TwoHosts.open();
      const { client, far } = await served(hosts);
      const handle = handleOf('fff2');
      const refused = await client.request({ type: 'readReq', handle }, CALM);
      assert.deepEqual(refused, { type: 'error', request: 0x0a, handle, code: 0x0f });
      const features = plainFeatures(secure);
      const [ours, theirs] = await Promise.all([
        pair(client.link, { ...CALM, features, random: randomBytes(1) }),
        pair(far, { ...CALM, features, random: randomBytes(2) }),
      ]);
      assert.deepEqual(ours, theirs);
      assert.ok(client.link.encrypted && far.encrypted);
      const value = Uint8Array.of(42);
      assert.deepEqual(await client.request({ type: 'readReq', handle }, CALM), { type: 'readRsp', value });
    });
  }

  it('refuse a key that the other side has not', async () => {
    const hosts = await TwoHosts.open();
    const { central, peripheral } = await hosts.connect();
    const zero = { key: new Uint8Array(16), random: new Uint8Array(8), diversifier: 0 };
    assert.equal(await central.encrypt(zero, CALM), HCI_STATUS.keyMissing);
    const facts = { keySize: 16, secureConnections: false, isAuthenticated: false };
    const other = { ...zero, ...facts, key: new Uint8Array(16).fill(1) };
    peripheral.listen({ keyFor: () => other });
    assert.equal(await central.encrypt(zero, CALM), HCI_STATUS.authenticationFailure);
    assert.equal(central.encrypted, false);
    assert.equal(await central.encrypt(other, CALM), HCI_STATUS.success);
  });

  it('end a link with its reason on both sides, and notice one that vanished', async () => {
    const hosts = await TwoHosts.open();
    const first = await hosts.connect();
    await first.central.disconnect(CALM);
    assert.equal(first.central.reason, HCI_STATUS.localEnded);
    await hosts.clock.sleep(1);
    assert.equal(first.peripheral.reason, HCI_STATUS.remoteEnded);
    const second = await hosts.connect();
    await hosts.central.vanish(CALM);
    assert.equal(second.peripheral.reason, null);
    await hosts.clock.sleep(2000);
    assert.equal(second.peripheral.reason, HCI_STATUS.supervisionTimeout);
    const third = await hosts.connect();
    assert.equal(third.central.reason, null);
  });

  it('leak no credit over 1000 links that end with packets under way', async () => {
    const hosts = await TwoHosts.open({ facts: { aclLength: 27, aclCount: 3 } });
    for (let round = 0; round < 1000; round++) {
      const { central } = await hosts.connect();
      const client = new AttClient(central);
      for (let request = 0; request < 5; request++) client.post(encodeAtt({ type: 'mtuReq', mtu: 23 }));
      await central.disconnect(CALM);
    }
    assert.equal(hosts.central.flow.credits, 3);
    assert.equal(hosts.central.flow.waiting, 0);
    assert.equal(hosts.central.links.length, 0);
  });

  it('connect to nobody who is not on the list', async () => {
    const hosts = await TwoHosts.open({ allow: [] });
    await hosts.peripheral.advertise({ data: new Uint8Array() }, () => undefined, CALM);
    await assert.rejects(hosts.central.connect(PERIPHERAL, CALM), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.code, 'ble-target');
      return true;
    });
    assert.equal(hosts.peripheral.links.length, 0);
  });

  it('say what is missing: a device, an answer, a controller', async () => {
    const hosts = await TwoHosts.open();
    await assert.rejects(hosts.central.connect(PERIPHERAL, CALM), BenchError);
    const { central, peripheral } = await hosts.connect();
    const client = new AttClient(central);
    await assert.rejects(
      client.request({ type: 'readReq', handle: 1 }, { ...CALM, deadlineMs: 50 }),
      PeerError,
    );
    const asked = client.request({ type: 'readReq', handle: 1 }, CALM);
    await peripheral.disconnect(CALM);
    await assert.rejects(asked, PeerError);
    await hosts.central.host.close();
    await assert.rejects(hosts.central.connect(PERIPHERAL, CALM), BenchError);
  });

  it('come to a standstill where the controller never tells of completed packets, and say so', async () => {
    const hosts = await TwoHosts.open({
      facts: { aclLength: 27, aclCount: 2 },
      tamper: (packet) => (packet.indicator === H4.event && packet.body[0] === 0x13 ? [] : [packet]),
    });
    const { client } = await served(hosts);
    const readName = () =>
      client.request({ type: 'readReq', handle: handleOf('2a00') }, { ...CALM, deadlineMs: 100 });
    await readName();
    await readName();
    await assert.rejects(readName(), PeerError);
    assert.equal(hosts.central.flow.credits, 0);
  });
});
