import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '#core/capabilities.ts';
import { calm, Enough } from '#contracts/rigs.ts';
import { RealClock } from '#drivers/clock.ts';
import { rfc2217 } from '#drivers/channel/rfc2217.ts';
import { tcp, unix } from '#drivers/channel/socket.ts';

const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });

async function listening(path?: string, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer();
  if (path === undefined) server.listen(port, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  const address = server.address();
  return { server, port: (address as AddressInfo).port };
}

async function accepted(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket.on('error', () => undefined);
}

async function readSome(channel: Channel, length: number): Promise<string> {
  let text = '';
  for await (const chunk of channel.incoming) {
    text += Buffer.from(chunk).toString();
    if (text.length >= length) break;
  }
  return text;
}

describe('drivers/channel/socket', () => {
  it('carries bytes over TCP and Unix sockets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-socket-'));
    const path = join(folder, 'console');
    for (const { server, port } of [await listening(), await listening(path)]) {
      const far = accepted(server);
      const opener = port === undefined ? unix({ path }) : tcp({ host: '127.0.0.1', port });
      const channel = await opener.open(context());
      const socket = await far;
      socket.write('hello');
      assert.equal(await readSome(channel, 5), 'hello');
      const heard = once(socket, 'data');
      await channel.write(Buffer.from('board'), calm());
      assert.equal(String((await heard)[0]), 'board');
      await channel.close();
      await once(socket.resume(), 'close');
      server.close();
    }
    await rm(folder, { recursive: true });
  });

  it('connects again to a far end that restarts', async () => {
    const { server, port } = await listening();
    const first = accepted(server);
    const channel = await tcp({ host: '127.0.0.1', port }).open(context());
    const second = accepted(server);
    (await first).destroy();
    (await second).write('back');
    assert.equal(await readSome(channel, 4), 'back');
    await channel.close();
    server.close();
  });

  it('says what is gone when the far end stays away, and then no longer writes', async () => {
    const { server, port } = await listening();
    const far = accepted(server);
    const channel = await tcp({ host: '127.0.0.1', port, reconnectMs: 150 }).open(context());
    server.close();
    (await far).destroy();
    await assert.rejects(readSome(channel, 1), { name: 'BenchError', code: 'socket-lost' });
    await assert.rejects(channel.write(new Uint8Array(1), calm()), { code: 'socket-lost' });
    await channel.close();
  });

  it('ends a write that waits for the far end with the reason of its signal', async () => {
    const { server, port } = await listening();
    const far = accepted(server);
    const channel = await tcp({ host: '127.0.0.1', port }).open(context());
    server.close();
    const socket = await far;
    socket.destroy();
    await once(socket, 'close');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Enough()), 50);
    await assert.rejects(channel.write(new Uint8Array(1), { signal: stop.signal }), Enough);
    await channel.close();
    await channel.close();
    await assert.rejects(channel.write(new Uint8Array(1), calm()), { code: 'channel-closed' });
  });

  it('names an address where nothing listens, and one without control of its port', async () => {
    const { server, port } = await listening();
    server.close();
    await once(server, 'close');
    await assert.rejects(tcp({ host: '127.0.0.1', port }).open(context()), {
      name: 'BenchError',
      code: 'socket-open',
      remedy: /start what serves it/,
    });
    const plain = await listening();
    const far = accepted(plain.server);
    const opening = rfc2217({ host: '127.0.0.1', port: plain.port }).open(context());
    const socket = (await far).resume();
    // A console that prints at once, and knows no Telnet.
    socket.write('login: ');
    await assert.rejects(opening, { code: 'rfc2217-refused', remedy: /ser2net/ });
    plain.server.close();
  }).timeout(8000);
});
