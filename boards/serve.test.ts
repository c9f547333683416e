import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { isAssayError } from '#core/errors.ts';
import type { ServedBoard } from '#core/rig.ts';
import { calm, Enough } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { serial } from '#drivers/channel/serial.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { openSmpUdp } from '#drivers/channel/smp-udp.ts';
import { tcp } from '#drivers/channel/socket.ts';
import { RealClock } from '#drivers/clock.ts';
import { listGroups } from '#drivers/smp/enumeration.ts';
import { echo } from '#drivers/smp/os.ts';
import { virtualEsp32Devkitc } from './esp32-devkitc/virtual.ts';
import { virtualNrf52840Dk } from './nrf52840-dk/virtual.ts';

const TCP = { kind: 'tcp', port: 0 } as const;
const clock = new RealClock();
const context = () => ({ ...calm(), clock, onLine: () => () => undefined });

function addressOf(served: ServedBoard, index: number): { host: string; port: number } {
  const [host = '', port] = (served.endpoints[index]?.where ?? '').split(':');
  return { host, port: Number(port) };
}

async function booted(served: ServedBoard): Promise<void> {
  await new Promise<void>((resolve) => {
    served.onConsole(({ text }) => text.includes('assay-fw') && resolve());
  });
}

describe('virtual boards served in real time', () => {
  it('nRF: console, SMP and its groups over TCP and UDP, until closed', async () => {
    const serve = virtualNrf52840Dk().serve ?? assert.fail();
    const served = await serve({ ...calm(), console: TCP, udpPort: 0 });
    await booted(served);
    const address = addressOf(served, 0);
    const channel = await tcp({ ...address, reconnectMs: 0 }).open(context());
    const hub = new ConsoleHub(channel, clock);
    assert.equal(await echo(new SmpClient(hub, clock), 'over TCP', calm()), 'over TCP');
    const link = await openSmpUdp(addressOf(served, 1));
    const client = new SmpClient(link, clock);
    assert.deepEqual(await listGroups(client, calm()), [0, 1, 2, 3, 8, 9, 10]);
    await served.close();
    await assert.rejects(echo(client, 'gone', calm(200)), { code: 'no-answer' });
    await hub.close();
    await link.close();
    await assert.rejects(tcp(address).open(context()), { code: 'socket-open' });
  });

  it('nRF: on a pseudo-terminal that a serial port driver opens', async function () {
    const folder = await mkdtemp(join(tmpdir(), 'assay-twin-'));
    const link = join(folder, 'board');
    const serve = virtualNrf52840Dk().serve ?? assert.fail();
    const served = await serve({ ...calm(), console: { kind: 'pty', link } }).catch((error) => {
      if (isAssayError(error) && error.code === 'no-socat') skipBecause(this, 'no socat');
      throw error;
    });
    await booted(served);
    const hub = new ConsoleHub(await serial({ path: link, reconnectMs: 0 }).open(context()), clock);
    assert.equal(await echo(new SmpClient(hub, clock), 'over a terminal', calm()), 'over a terminal');
    await hub.close();
    await served.close();
    await rm(folder, { recursive: true });
  });

  it('ESP32: console over TCP, and its broker for other clients', async () => {
    const serve = virtualEsp32Devkitc().serve ?? assert.fail();
    const served = await serve({ ...calm(), console: TCP });
    const { host, port } = addressOf(served, 1);
    const client = await connectAsync(`mqtt://${host}:${port}`);
    const heard = new Promise<string>((resolve) => {
      client.on('message', (topic) => resolve(topic));
    });
    await client.subscribeAsync('assay/esp32-devkitc/#');
    assert.match(await heard, /^assay\/esp32-devkitc\//);
    await client.endAsync();
    await served.close();
    await assert.rejects(tcp(addressOf(served, 0)).open(context()), { code: 'socket-open' });
  });

  it('refuses a mistake that the board cannot have, a port that is taken, and a caller who gave up', async () => {
    for (const entry of [virtualNrf52840Dk(), virtualEsp32Devkitc()]) {
      const serve = entry.serve ?? assert.fail();
      await assert.rejects(serve({ ...calm(), console: TCP, flaws: ['no/such'] }), { code: 'unknown-flaw' });
      const signal = AbortSignal.abort(new Enough());
      await assert.rejects(serve({ signal, console: TCP }), Enough);
      const first = await serve({ ...calm(), console: TCP });
      const taken = { kind: 'tcp', port: addressOf(first, 0).port } as const;
      await assert.rejects(serve({ ...calm(), console: taken }), { code: 'listen-failed' });
      await first.close();
    }
  });
});
