import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchError, PeerError, UsageError } from '#core/errors.ts';
import { encodeH4, type H4Packet } from '#codecs/ble/h4.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { encodeCommand } from '#codecs/ble/hci.ts';
import { skipBecause } from '#contracts/skip.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';
import { parseTransportName } from '#drivers/radio/ble/transport-name.ts';

const { signal } = new AbortController();
const RESET = encodeCommand({ type: 'reset' });
const COMPLETE = Uint8Array.of(4, 0x0e, 4, 1, 3, 0x0c, 0);

function heard(port: HciPort): { readonly packets: H4Packet[]; readonly closed: Promise<Error | null> } {
  const packets: H4Packet[] = [];
  const closed = new Promise<Error | null>((resolve) => {
    port.listen({ packet: (packet) => void packets.push(packet), closed: resolve });
  });
  return { packets, closed };
}

describe('names of transports', () => {
  it('are those of Bumble', () => {
    const path = '/dev/ttyACM0';
    const serial = { scheme: 'serial', path, baudRate: 1_000_000, rtscts: false };
    assert.deepEqual(parseTransportName(`serial:${path}`), serial);
    assert.deepEqual(parseTransportName(`serial:${path},115200,rtscts`), {
      ...serial,
      baudRate: 115_200,
      rtscts: true,
    });
    assert.deepEqual(parseTransportName('tcp-server:_:9544'), {
      scheme: 'tcp-server',
      host: '127.0.0.1',
      port: 9544,
    });
    assert.deepEqual(parseTransportName('unix:/tmp/x'), { scheme: 'unix-client', path: '/tmp/x' });
    assert.deepEqual(parseTransportName('pty'), { scheme: 'pty', link: null });
  });

  it('are refused where they are none', () => {
    for (const text of [
      '',
      'serial:',
      'serial:x,9x',
      'tcp-client:host',
      'usb:0',
      'unix:',
      'tcp-server:_:99999',
    ]) {
      assert.throws(() => parseTransportName(text), UsageError, text);
    }
  });
});

describe('transports', () => {
  it('carry packets over TCP, and tell of the end', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: number } = server.address() as AddressInfo;
    const coming = once(server, 'connection') as Promise<[Socket]>;
    const port = await openTransport(`tcp-client:127.0.0.1:${number}`, { signal });
    const [far] = await coming;
    const { packets, closed } = heard(port);
    port.send(RESET);
    const [bytes] = (await once(far, 'data')) as [Buffer];
    assert.deepEqual(Uint8Array.from(bytes), encodeH4(RESET));
    far.write(COMPLETE.subarray(0, 3));
    far.end(COMPLETE.subarray(3));
    assert.equal(await closed, null);
    assert.deepEqual(packets, [{ indicator: 4, body: COMPLETE.slice(1) }]);
    server.close();
  });

  it('wait for a controller at a Unix socket, and end where its bytes make no sense', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-hci-'));
    const path = join(folder, 'hci');
    const opening = openTransport(`unix-server:${path}`, { signal });
    const far = await dialled(path);
    const port = await opening;
    const { closed } = heard(port);
    far.write(Uint8Array.of(0x99));
    assert.ok((await closed) instanceof PeerError);
    far.destroy();
    rmSync(folder, { recursive: true });
  });

  it('carry packets over a pseudo-terminal', async function () {
    const first = await openTransport('pty', { signal }).catch((error: unknown) => error as BenchError);
    if (first instanceof BenchError) skipBecause(this, first.remedy);
    const second = await openTransport(`serial:${first.name}`, { signal });
    const got = new Promise<H4Packet>((resolve) => {
      first.listen({ packet: resolve, closed: () => undefined });
    });
    second.send(RESET);
    assert.deepEqual(await got, RESET);
    await Promise.all([second.close(), first.close()]);
  });

  it('say what to do where nothing is there', async () => {
    for (const name of ['tcp-client:127.0.0.1:1', 'unix:/nowhere/hci', 'serial:/dev/nowhere']) {
      await assert.rejects(openTransport(name, { signal }), (error) => {
        assert.ok(error instanceof BenchError, name);
        assert.equal(error.code, 'hci-open');
        return true;
      });
    }
  });

  it('end with the reason of their signal while they wait', async () => {
    const stop = new AbortController();
    const opening = openTransport('tcp-server:_:0', { signal: stop.signal });
    stop.abort();
    await assert.rejects(opening);
  });
});

/** Connects as soon as somebody listens there. */
async function dialled(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect({ path });
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      socket.destroy();
    }
  }
}
