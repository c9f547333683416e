import { createServer, type Socket } from 'node:net';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import type { ServePlace } from '#core/rig.ts';
import { openPty } from '#drivers/channel/pty.ts';
import { Tcp } from '#drivers/channel/tcp.ts';

/** A channel that other programs have been given the far end of. */
export interface ServedChannel {
  /** `/dev/pts/4`, `127.0.0.1:41234`. */
  readonly where: string;
  close(): Promise<void>;
}

/** Bytes that may wait for a client that does not read; it is cut off then. */
const BACKLOG = 1 << 20;
/** Writes to the board under way at a time. */
const AHEAD = 16;
const calm = (): CallOptions => ({ signal: new AbortController().signal });

/** Gives a channel of ours a far end that other programs can open. BenchErrors `no-socat`, `pty-open`, `listen-failed`. */
export function serveChannel(channel: Channel, place: ServePlace): Promise<ServedChannel> {
  return place.kind === 'pty' ? overPty(channel, place.link) : overTcp(channel, place.port);
}

async function overPty(channel: Channel, link: string | undefined): Promise<ServedChannel> {
  const pty = await openPty(link === undefined ? {} : { link });
  void pump(
    pty.incoming,
    ahead((bytes) => channel.write(bytes, calm())),
  );
  void pump(channel.incoming, (bytes) => pty.write(bytes, calm()));
  return { where: pty.path, close: () => pty.close() };
}

/** Any number of clients: each hears the board, and the board hears all of them, as if on one wire. */
async function overTcp(channel: Channel, port: number): Promise<ServedChannel> {
  const clients = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    clients.add(socket);
    socket.on('data', (bytes) => void channel.write(Uint8Array.from(bytes), calm()).catch(() => undefined));
    socket.on('error', () => undefined);
    socket.on('close', () => clients.delete(socket));
  });
  const address = await new Tcp().listen(server, { host: '127.0.0.1', port });
  void pump(channel.incoming, (bytes) => {
    for (const client of clients) {
      if (client.writableLength > BACKLOG) client.destroy();
      else client.write(bytes);
    }
    return Promise.resolve();
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
    });
  return { where: `${address.host}:${address.port}`, close };
}

/**
 * Writes without waiting for each to be through, a few ahead: a simulated line takes its time for every one, and would
 * stand idle between two if the next came only then.
 */
function ahead(write: (bytes: Uint8Array) => Promise<void>): (bytes: Uint8Array) => Promise<void> {
  const under: Promise<void>[] = [];
  return async (bytes) => {
    if (under.length >= AHEAD) await under.shift();
    const written = write(bytes);
    written.catch(() => undefined);
    under.push(written);
  };
}

/** Carries bytes until either side ends; that is told by closing, not by an error here. */
async function pump(
  from: AsyncIterable<Uint8Array>,
  to: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  try {
    for await (const bytes of from) await to(bytes);
  } catch {
    return;
  }
}
