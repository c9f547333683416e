import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { BenchError } from '#core/errors.ts';
import { isLoopback, Tcp, type TcpEvents } from '#drivers/channel/tcp.ts';

function noting(): TcpEvents & { readonly seen: string[]; readonly over: Promise<void> } {
  const seen: string[] = [];
  let finish = () => {};
  const over = new Promise<void>((resolve) => (finish = resolve));
  return {
    seen,
    over,
    opened: () => seen.push('opened'),
    data: (bytes) => seen.push(Buffer.from(bytes).toString()),
    closed: (cause) => {
      seen.push(cause instanceof BenchError ? cause.code : cause === null ? 'ended' : 'failed');
      finish();
    },
  };
}

describe('TCP of a rig', () => {
  it('knows loopback', () => {
    for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost']) assert.ok(isLoopback(host), host);
    for (const host of [
      '0.0.0.0',
      '10.0.0.1',
      '::',
      '::ffff:127.0.0.1',
      'localhost.example',
      '127.0.0.1.nip.io',
    ]) {
      assert.ok(!isLoopback(host), host);
    }
  });

  it('neither connects to nor listens on what is not listed, and names it', async () => {
    const tcp = new Tcp({ allow: ['192.0.2.7:1883', 'broker.example'] });
    for (const [host, port] of [
      ['192.0.2.7', 1884],
      ['192.0.2.8', 1883],
      ['0.0.0.0', 0],
    ] as const) {
      const named = {
        name: 'BenchError',
        code: 'address-not-allowed',
        message: new RegExp(`${host}:${port} `),
      };
      assert.throws(() => tcp.socket({ host, port }), named);
      await assert.rejects(tcp.listen(createServer(), { host, port }), named);
    }
    for (const address of [
      { host: '192.0.2.7', port: 1883 },
      { host: 'broker.example', port: 1 },
    ]) {
      const socket = tcp.socket(address).on('error', () => undefined);
      socket.destroy();
    }
  });

  it('tells a board that a forbidden address cannot be reached', async () => {
    const events = noting();
    const stream = new Tcp().connect('192.0.2.1', 80, events);
    stream.write(Buffer.from('x'));
    stream.close();
    stream.abort();
    await events.over;
    assert.deepEqual(events.seen, ['address-not-allowed']);
  });

  it('carries bytes both ways and tells how it ended', async () => {
    const tcp = new Tcp();
    const server = createServer((socket) => {
      socket.on('data', (bytes) =>
        bytes.toString() === 'die' ? socket.resetAndDestroy() : socket.end(`got ${bytes.toString()}`),
      );
      socket.on('error', () => undefined);
    });
    const { host, port } = await tcp.listen(server);
    const polite = noting();
    const stream = tcp.connect(host, port, polite);
    stream.write(Buffer.from('hello'));
    await polite.over;
    stream.write(Buffer.from('too late'));
    assert.deepEqual(polite.seen, ['opened', 'got hello', 'ended']);
    const rude = noting();
    tcp.connect(host, port, rude).write(Buffer.from('die'));
    await rude.over;
    assert.equal(rude.seen.at(-1), 'failed');
    server.close();
    const nobody = noting();
    await once(server, 'close');
    tcp.connect(host, port, nobody);
    await nobody.over;
    assert.deepEqual(nobody.seen, ['failed']);
  });

  it('says nothing more after the owner closed or aborted', async () => {
    const tcp = new Tcp();
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    const { host, port } = await tcp.listen(server);
    for (const end of ['close', 'abort'] as const) {
      const events = noting();
      const stream = tcp.connect(host, port, events);
      const [socket] = (await once(server, 'connection')) as [Socket];
      stream[end]();
      socket.resume();
      await once(socket, 'close');
      assert.ok(!events.seen.some((what) => what !== 'opened'));
    }
    server.close();
  });

  it('blames the bench for a port that is taken', async () => {
    const tcp = new Tcp();
    const first = createServer();
    const address = await tcp.listen(first);
    await assert.rejects(tcp.listen(createServer(), address), { name: 'BenchError', code: 'listen-failed' });
    first.close();
  });
});
