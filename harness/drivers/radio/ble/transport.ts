import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { unlink } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { openPty } from '#drivers/channel/pty.ts';
import { ChannelPort } from '#drivers/radio/ble/channel-port.ts';
import { StreamPort } from '#drivers/radio/ble/stream-port.ts';
import { parseTransportName, type TransportName } from '#drivers/radio/ble/transport-name.ts';

/** Opens a controller, or the place where one will connect. BenchError `hci-open`; UsageError for an unknown name. */
export async function openTransport(name: string, { signal }: CallOptions): Promise<HciPort> {
  const parsed = parseTransportName(name);
  signal.throwIfAborted();
  try {
    if (parsed.scheme === 'pty') {
      return new ChannelPort(await openPty(parsed.link === null ? {} : { link: parsed.link }));
    }
    return new StreamPort(name, await streamOf(parsed, signal));
  } catch (error) {
    if (error instanceof BenchError || signal.aborted) throw error;
    throw cannotOpen(name, error as Error);
  }
}

function streamOf(
  name: Exclude<TransportName, { readonly scheme: 'pty' }>,
  signal: AbortSignal,
): Promise<Duplex> {
  switch (name.scheme) {
    case 'serial':
      return openSerial(name);
    case 'tcp-client':
      return connected(connect({ host: name.host, port: name.port, noDelay: true }), signal);
    case 'unix-client':
      return connected(connect({ path: name.path }), signal);
    case 'tcp-server':
      return accepted({ host: name.host, port: name.port }, signal);
    default:
      return accepted({ path: name.path }, signal);
  }
}

async function openSerial({ path, baudRate, rtscts }: Extract<TransportName, { readonly scheme: 'serial' }>) {
  const port = new SerialPort({ path, baudRate, rtscts, autoOpen: false, lock: true });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(error)));
  });
  return port;
}

async function connected(socket: Socket, signal: AbortSignal): Promise<Socket> {
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** The first that connects; nobody else is let in. */
async function accepted(
  where: { readonly host: string; readonly port: number } | { readonly path: string },
  signal: AbortSignal,
): Promise<Socket> {
  const server = createServer();
  // A socket file that a killed process left behind would keep us out.
  if ('path' in where) await unlink(where.path).catch(() => undefined);
  try {
    server.listen(where);
    await once(server, 'listening', { signal });
    const [socket] = (await once(server, 'connection', { signal })) as [Socket];
    socket.setNoDelay(true);
    return socket;
  } finally {
    server.close();
  }
}

function cannotOpen(name: string, cause: Error): BenchError {
  return new BenchError({
    code: 'hci-open',
    message: `the controller at ${name} cannot be opened`,
    got: cause.message,
    remedy: /ENOENT|ECONNREFUSED|No such file/.test(cause.message)
      ? 'plug the controller in, or start the program that serves it'
      : 'check that no other program holds it, and that your user may open it',
    cause,
  });
}
