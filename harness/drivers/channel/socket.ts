import { connect, type Socket } from 'node:net';
import type { Channel } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { LastingChannel } from '#drivers/channel/lasting-channel.ts';
import { SocketConnection } from '#drivers/channel/socket-connection.ts';
import type { Instrument } from '#drivers/instrument.ts';

export interface TcpSettings {
  /** Named in the bench file, so it may be any equipment of yours. */
  readonly host: string;
  readonly port: number;
  /** How long a far end that hung up is waited for; default 10 s. */
  readonly reconnectMs?: number;
}

export interface UnixSettings {
  /** Path of the socket. */
  readonly path: string;
  readonly reconnectMs?: number;
}

const RECONNECT_MS = 10_000;

/** A console behind a TCP port, bytes as they are: ser2net `raw`, a terminal server, an emulator. */
export function tcp({ host, port, reconnectMs = RECONNECT_MS }: TcpSettings): Instrument<Channel> {
  const name = `tcp ${host}:${port}`;
  return overSocket(name, () => connect({ host, port, noDelay: true }), reconnectMs);
}

/** A console behind a Unix socket: QEMU's `-serial unix:`, native_sim. */
export function unix({ path, reconnectMs = RECONNECT_MS }: UnixSettings): Instrument<Channel> {
  return overSocket(`unix ${path}`, () => connect({ path }), reconnectMs);
}

function overSocket(name: string, dial: () => Socket, reconnectMs: number): Instrument<Channel> {
  return {
    description: name,
    open: ({ signal }) =>
      LastingChannel.open(
        {
          name,
          reconnectMs,
          lost: (cause) => socketLost(name, cause),
          connect: async (events) => {
            try {
              return await SocketConnection.open(dial(), events);
            } catch (error) {
              throw cannotConnect(name, error as Error);
            }
          },
        },
        signal,
      ),
  };
}

/** The error for a far end that cannot be reached; one that says more already stays as it is. */
export function cannotConnect(name: string, cause: Error): BenchError {
  if (cause instanceof BenchError) return cause;
  return new BenchError({
    code: 'socket-open',
    message: `${name} cannot be connected to`,
    got: cause.message,
    remedy: /ENOENT|ECONNREFUSED/.test(cause.message)
      ? 'start what serves it, and check the address in the bench file'
      : 'check the address in the bench file, and the network between',
    cause,
  });
}

/** The error for a far end that went away and stayed away. */
export function socketLost(name: string, cause: Error): BenchError {
  return new BenchError({
    code: 'socket-lost',
    message: `${name} is gone`,
    got: cause instanceof BenchError ? (cause.got ?? cause.message) : cause.message,
    remedy: 'check that what serves it still runs, and that it takes one connection at a time only',
    cause,
  });
}
