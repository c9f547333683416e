import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '#core/capabilities.ts';
import type { OpenRig } from '#core/rig.ts';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { describeChannel } from '#contracts/channel.ts';
import { openPty } from '#drivers/channel/pty.ts';
import { rfc2217 } from '#drivers/channel/rfc2217.ts';
import { serial } from '#drivers/channel/serial.ts';
import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { tcp, unix } from '#drivers/channel/socket.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { startSer2net } from '#drivers/peers/rfc2217-ser2net.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { nrf52840Dk } from './board.ts';
import { Twin } from './twin.ts';

/** How a twin is reached, and what to take down afterwards. */
interface Reached {
  readonly channel: Instrument<Channel>;
  close(): Promise<unknown>;
}

type Reach = (uart: Channel) => Promise<Reached>;

const overPty: Reach = async (uart) => {
  const served = await serveChannel(uart, { kind: 'pty' });
  return { channel: serial({ path: served.where }), close: () => served.close() };
};

const overTcp: Reach = async (uart) => {
  const served = await serveChannel(uart, { kind: 'tcp', port: 0 });
  const [host = '', port] = served.where.split(':');
  return { channel: tcp({ host, port: Number(port) }), close: () => served.close() };
};

const overUnix: Reach = async (uart) => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-unix-'));
  const path = join(folder, 'console');
  const server = createServer((socket) => {
    socket.on('data', (bytes) => void uart.write(Uint8Array.from(bytes), calm()).catch(() => undefined));
    socket.on('error', () => undefined);
    const pump = async () => {
      for await (const bytes of uart.incoming) socket.write(bytes);
    };
    void pump();
  }).listen(path);
  await once(server, 'listening');
  const close = async () => {
    server.close();
    await rm(folder, { recursive: true });
  };
  return { channel: unix({ path }), close };
};

const overSer2net: Reach = async (uart) => {
  const far = await serveChannel(uart, { kind: 'pty' });
  const server = await startSer2net(far.where);
  if (typeof server === 'string') {
    await far.close();
    throw new Error(server);
  }
  const close = async () => {
    await server.stop();
    await far.close();
  };
  return { channel: rfc2217({ host: '127.0.0.1', port: server.port }), close };
};

/** The real board's rig around a twin in real time. What runs on it is of no matter here, so golden is not waited for. */
async function rigOver(reach: Reach): Promise<OpenRig> {
  const twin = new Twin(new RealClock(), new Set());
  const reached = await reach(twin.uart.host);
  const power = manualPower((request) => {
    if (request.startsWith('Connect')) twin.device.powerOn();
    else if (request.startsWith('Disconnect')) twin.device.powerOff();
    else twin.device.pullReset();
    return Promise.resolve();
  }, 'the twin');
  const rig = await nrf52840Dk({ channel: reached.channel, power }).open(calm());
  return {
    ...rig,
    prepare: async (call) => rig.power?.on(call),
    [Symbol.asyncDispose]: async () => {
      await rig[Symbol.asyncDispose]();
      twin.device.powerOff();
      await reached.close();
    },
  };
}

describe('channels of a real board', () => {
  before(async function () {
    const pty = await openPty().catch(() => skipBecause(this, 'no socat'));
    await pty.close();
  });

  describeChannel('serial port', () => rigOver(overPty));
  describeChannel('TCP', () => rigOver(overTcp));
  describeChannel('Unix socket', () => rigOver(overUnix));

  describe('RFC 2217', () => {
    before(async function () {
      const far = await openPty();
      const server = await startSer2net(far.path);
      if (typeof server !== 'string') await server.stop();
      await far.close();
      if (typeof server === 'string') skipBecause(this, server);
    });
    describeChannel('RFC 2217 through ser2net', () => rigOver(overSer2net));
  });
});
