import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { calm, Enough } from '#contracts/rigs.ts';
import { ATT_OVERHEAD, fragmentSmp, SmpReassembler } from '#codecs/smp-fragments.ts';
import { RealClock } from '#drivers/clock.ts';
import { smpOverCharacteristic } from '#drivers/channel/smp-characteristic.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { openSmpUdp } from '#drivers/channel/smp-udp.ts';
import { echo, readInfo } from '#drivers/smp/os.ts';
import { managedServer } from '#drivers/smp/server-link.fixture.ts';

/** The server behind a client of its own, for transports that bring whole packets. */
function answersOf(packet: Uint8Array): Promise<readonly Uint8Array[]> {
  const { client } = managedServer();
  const answers: Uint8Array[] = [];
  client.link.onPacket((answer) => answers.push(answer));
  return client.link.sendPacket(packet, calm()).then(() => answers);
}

describe('SMP over UDP', () => {
  it('asks, one packet a datagram, and hears its server only', async () => {
    const server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    const stranger = createSocket('udp4');
    server.on('message', (packet, from) => {
      stranger.send(Buffer.from([3, 0, 0, 1, 0, 0, 0, 0, 0xa0]), from.port, from.address);
      const tell = async () => {
        for (const answer of await answersOf(packet)) server.send(answer, from.port, from.address);
      };
      void tell();
    });
    const link = await openSmpUdp({ host: '127.0.0.1', port });
    const client = new SmpClient(link, new RealClock());
    assert.equal(await echo(client, 'over UDP', calm()), 'over UDP');
    assert.equal(link.room(9000), 1452);
    await link.close();
    await link.close();
    await assert.rejects(echo(client, 'x', calm()), { code: 'channel-closed' });
    server.close();
    stranger.close();
  });

  it('says when nobody answers, and takes a name that leads nowhere for the bench’s fault', async () => {
    const link = await openSmpUdp({ host: '127.0.0.1', port: 9 });
    const client = new SmpClient(link, new RealClock());
    await assert.rejects(echo(client, 'x', calm(60)), { name: 'PeerError', code: 'no-answer' });
    await assert.rejects(echo(client, 'x', { signal: AbortSignal.abort(new Enough()) }), Enough);
    await link.close();
    await assert.rejects(openSmpUdp({ host: 'no-such-host.invalid' }), {
      name: 'BenchError',
      code: 'udp-open',
    });
  });
});

describe('SMP over a BLE characteristic', () => {
  for (const mtu of [23, 247]) {
    it(`cuts requests and joins answers at an MTU of ${mtu}, several at a time`, async () => {
      const ended = new AbortController();
      const listeners = new Set<(value: Uint8Array) => void>();
      const reassembler = new SmpReassembler(1024);
      const link = smpOverCharacteristic({
        name: 'ble c0:00:00:00:00:01',
        mtu,
        closed: ended.signal,
        async write(value) {
          assert.ok(value.length <= mtu - ATT_OVERHEAD);
          await Promise.resolve();
          const result = reassembler.push(value);
          assert.notEqual(result.kind, 'dropped');
          if (result.kind !== 'packet') return;
          for (const answer of await answersOf(result.packet)) {
            for (const part of fragmentSmp(answer, mtu - ATT_OVERHEAD))
              for (const tell of listeners) tell(part);
          }
        },
        onNotification: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
      const client = new SmpClient(link, new RealClock());
      const texts = ['a'.repeat(300), 'b'.repeat(5), 'c'.repeat(200)];
      assert.deepEqual(await Promise.all(texts.map((text) => echo(client, text, calm()))), texts);
      assert.match(await readInfo(client, 'sv', calm()), /4\.4\.0/);
      const waiting = client.ask({ op: 0, group: 0, command: 99 }, [], calm());
      ended.abort(new Enough());
      await assert.rejects(
        waiting.then(() => echo(client, 'x', calm())),
        Enough,
      );
      assert.equal(listeners.size, 0);
    });
  }
});
