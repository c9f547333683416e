import { connect, isIP, type Server, type Socket } from 'node:net';
import { BenchError } from '#core/errors.ts';
import type { SocketLedger } from '#drivers/channel/socket-ledger.ts';
import { tapServer, type StreamTap } from '#drivers/channel/stream-tap.ts';
import { tlsStreamOf, type TlsChecks } from '#drivers/channel/tls-client.ts';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What happens on a connection; nothing comes after `closed`, nor after the owner's own `close`. */
export interface TcpEvents {
  opened(): void;
  data(bytes: Uint8Array): void;
  closed(cause: Error | null): void;
}

/** Bytes both ways and a close. */
export interface TcpStream {
  write(bytes: Uint8Array): void;
  close(): void;
  abort(): void;
}

export interface TcpOptions {
  /** Addresses beyond loopback that may be connected to or listened on: `host` or `host:port`. */
  readonly allow?: readonly string[];
  /** Follows the sockets, for rigs on simulated time. */
  readonly ledger?: SocketLedger;
  /** Told of everything that passes on connections to its servers. */
  readonly tap?: StreamTap;
  /** Names that are known here without asking anybody, and their addresses. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** True for this machine's own addresses. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}

/** TCP of a rig: reaches loopback and what its owner listed by name, and nothing else. */
export class Tcp {
  readonly #allow: ReadonlySet<string>;
  readonly #ledger: SocketLedger | undefined;
  readonly #hosts: ReadonlyMap<string, string>;
  readonly #options: TcpOptions;

  constructor(options: TcpOptions = {}) {
    this.#options = options;
    this.#allow = new Set(options.allow);
    this.#ledger = options.ledger;
    this.#hosts = new Map(Object.entries(options.hosts ?? {}));
  }

  /** The same, with somebody who is told of what passes on connections to its servers. */
  tapped(tap: StreamTap): Tcp {
    return new Tcp({ ...this.#options, tap });
  }

  /** A socket that is about to connect. BenchError `address-not-allowed`. */
  socket({ host: named, port }: Address): Socket {
    const host = this.#hosts.get(named) ?? named;
    this.#check({ host, port });
    const socket = connect({ host, port, noDelay: true });
    this.#ledger?.watch(socket);
    return socket;
  }

  /** Starts a server; port 0 takes a free one. BenchErrors `address-not-allowed`, `listen-failed`. */
  async listen(server: Server, address: Address = { host: '127.0.0.1', port: 0 }): Promise<Address> {
    this.#check(address);
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error) => reject(listenFailed(address, cause));
      server.once('error', failed);
      server.listen(address.port, address.host, () => {
        server.off('error', failed);
        resolve();
      });
    });
    this.#ledger?.serve(server);
    if (this.#options.tap !== undefined) tapServer(server, this.#options.tap);
    const bound = server.address();
    return {
      host: address.host,
      port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    };
  }

  /** A connection as events, the way a simulated board sees its network; a forbidden address is a failed connection. */
  connect(host: string, port: number, events: TcpEvents): TcpStream {
    return this.#open({ host, port }, events, streamOf);
  }

  /** As `connect`, by TLS: a server that does not pass the checks never opens. */
  connectTls(host: string, port: number, checks: TlsChecks, events: TcpEvents): TcpStream {
    return this.#open({ host, port }, events, (socket) => tlsStreamOf(socket, checks, events));
  }

  #open(
    address: Address,
    events: TcpEvents,
    streamFor: (socket: Socket, events: TcpEvents) => TcpStream,
  ): TcpStream {
    try {
      return streamFor(this.socket(address), events);
    } catch (error) {
      queueMicrotask(() => events.closed(error as Error));
      return { write: () => undefined, close: () => undefined, abort: () => undefined };
    }
  }

  #check({ host, port }: Address): void {
    if (isLoopback(host) || this.#allow.has(host) || this.#allow.has(`${host}:${port}`)) return;
    throw new BenchError({
      code: 'address-not-allowed',
      message: `${host}:${port} is neither loopback nor on this bench's list`,
      expected: ['loopback', ...this.#allow].join(', '),
      got: `${host}:${port}`,
      remedy: 'list the address in the bench file, if it is equipment of your own',
    });
  }
}

function listenFailed({ host, port }: Address, cause: Error): BenchError {
  return new BenchError({
    code: 'listen-failed',
    message: `cannot listen on ${host}:${port}`,
    got: cause.message,
    remedy: 'choose another port, or 0 for a free one',
    cause,
  });
}

function streamOf(socket: Socket, events: TcpEvents): TcpStream {
  let over = false;
  let failure: Error | null = null;
  socket.on('connect', () => over || events.opened());
  socket.on('data', (bytes) => over || events.data(bytes));
  socket.on('error', (error) => (failure = error));
  socket.on('close', () => {
    if (!over) events.closed(failure);
    over = true;
  });
  return {
    write: (bytes) => {
      if (!over) socket.write(bytes);
    },
    close: () => {
      over = true;
      socket.end();
      socket.resume();
    },
    abort: () => {
      over = true;
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    },
  };
}
