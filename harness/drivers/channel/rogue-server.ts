import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { Clock } from '#core/clock.ts';
import { UsageError } from '#core/errors.ts';
import type { ServerScript, TlsFace } from '#codecs/server-script.ts';
import type { Address, Tcp } from '#drivers/channel/tcp.ts';
import { RecordFilter, TlsCarrier } from '#drivers/channel/tls-records.ts';

export interface RogueServerOptions {
  readonly tcp: Tcp;
  /** Paces answers. */
  readonly clock: Clock;
  /** Name that clients know the server by; it is in the addresses handed out. */
  readonly name: string;
  /** Where it listens; default free loopback ports. */
  readonly listen?: { readonly https: Address; readonly http: Address };
}

/** A script that is being played. */
export interface Played {
  /** What a client is to fetch, by HTTPS. */
  readonly url: string;
  /** Requests that came over plain HTTP: nobody was told of that address but by a redirect. */
  readonly plainRequests: number;
  /** Calls back when a connection of a client ends. */
  onClosed(listener: () => void): void;
  /** Ends its connections; from then on nothing is answered. */
  remove(): void;
}

const HEAD_END = '\r\n\r\n';
/** A request longer than this is none. */
const LONGEST_REQUEST = 16_384;
/** Whatever a script wants to show, OpenSSL would rather not: obsolete versions and suites are allowed to it. */
const ANY_CIPHER = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';

class Playing implements Played {
  readonly url: string;
  readonly script: ServerScript;
  /** Null: not TLS. */
  readonly tls: ReturnType<typeof optionsOf> | null;
  readonly sockets = new Set<Socket>();
  readonly listeners: (() => void)[] = [];
  plainRequests = 0;
  answered = 0;

  constructor(url: string, script: ServerScript) {
    this.url = url;
    this.script = script;
    this.tls = script.tls === null ? null : optionsOf(script.tls);
  }

  onClosed(listener: () => void): void {
    this.listeners.push(listener);
  }

  remove(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** A server of HTTPS, and of plain HTTP beside it, that does what a script says. One script is played at a time. */
export class RogueServer {
  readonly #options: RogueServerOptions;
  readonly #servers: readonly Server[];
  #https: Address = { host: '', port: 0 };
  #http: Address = { host: '', port: 0 };
  #playing: Playing | null = null;
  #count = 0;

  private constructor(options: RogueServerOptions) {
    this.#options = options;
    const accept = (secure: boolean) => (socket: Socket) => this.#accept(socket, secure);
    this.#servers = [
      createServer({ noDelay: true }, accept(true)),
      createServer({ noDelay: true, allowHalfOpen: true }, accept(false)),
    ];
  }

  static async open(options: RogueServerOptions): Promise<RogueServer> {
    const server = new RogueServer(options);
    const { tcp, listen } = options;
    const [https, http] = server.#servers as [Server, Server];
    server.#https = await tcp.listen(https, listen?.https);
    server.#http = await tcp.listen(http, listen?.http);
    return server;
  }

  /** Ports of HTTPS and plain HTTP. */
  get ports(): { readonly https: number; readonly http: number } {
    return { https: this.#https.port, http: this.#http.port };
  }

  /** Plays from now on. UsageError for keys and certificates that no server could show. */
  play(script: ServerScript): Played {
    this.#playing?.remove();
    this.#count += 1;
    this.#playing = new Playing(`${this.#base('https')}/${this.#count}`, script);
    return this.#playing;
  }

  async close(): Promise<void> {
    this.#playing?.remove();
    this.#playing = null;
    for (const server of this.#servers) {
      await new Promise((resolve) => {
        server.close(resolve);
      });
    }
  }

  #base(scheme: 'https' | 'http'): string {
    const { port } = scheme === 'https' ? this.#https : this.#http;
    return `${scheme}://${this.#options.name}:${port}`;
  }

  #accept(socket: Socket, secure: boolean): void {
    const playing = this.#playing;
    socket.on('error', () => undefined);
    if (playing === null) {
      socket.destroy();
      return;
    }
    playing.sockets.add(socket);
    socket.once('close', () => {
      playing.sockets.delete(socket);
      for (const listener of playing.listeners) listener();
    });
    if (!secure) this.#serve(socket, socket, playing, true);
    else this.#secure(socket, playing);
  }

  #secure(socket: Socket, playing: Playing): void {
    const { tls, script } = playing;
    const { first, records } = script;
    if (first !== undefined) socket.once('data', () => socket.write(Buffer.from(first, 'hex')));
    else if (tls === null) this.#serve(socket, socket, playing, false);
    else {
      const carrier = new TlsCarrier(socket, records === undefined ? null : new RecordFilter(records));
      const secured = new TLSSocket(carrier, tls);
      secured.on('error', () => socket.destroySoon());
      this.#serve(secured, socket, playing, false);
    }
  }

  #serve(stream: Duplex, socket: Socket, playing: Playing, plain: boolean): void {
    let request = '';
    stream.on('data', (bytes: Buffer) => {
      request = (request + bytes.toString('latin1')).slice(-LONGEST_REQUEST);
      if (!request.includes(HEAD_END)) return;
      request = '';
      if (plain) playing.plainRequests += 1;
      this.#answer(stream, socket, playing);
    });
  }

  #answer(stream: Duplex, socket: Socket, playing: Playing): void {
    const { answers, end, pace } = playing.script;
    const text = answers[Math.min(playing.answered, answers.length - 1)] ?? '';
    playing.answered += 1;
    const bytes = Buffer.from(
      text.replaceAll('{https}', this.#base('https')).replaceAll('{plain}', this.#base('http')),
      'latin1',
    );
    const ended = () => {
      if (end === 'close') stream.end();
      else if (end === 'cut') socket.destroySoon();
    };
    if (pace === undefined) stream.write(bytes, ended);
    else this.#drip(stream, bytes, pace, ended);
  }

  #drip(stream: Duplex, bytes: Buffer, pace: NonNullable<ServerScript['pace']>, ended: () => void): void {
    if (stream.destroyed || !stream.writable) return;
    stream.write(bytes.subarray(0, pace.bytes));
    const rest = bytes.subarray(pace.bytes);
    if (rest.length === 0) ended();
    else this.#options.clock.setTimeout(() => this.#drip(stream, rest, pace, ended), pace.ms);
  }
}

function optionsOf({ chain, key, min = 'TLSv1', max = 'TLSv1.3', ciphers, alpn }: TlsFace) {
  const secureContext = contextOf({
    cert: chain,
    key,
    minVersion: min,
    maxVersion: max,
    ciphers: ciphers ?? ANY_CIPHER,
    dhparam: 'auto',
  });
  return { isServer: true, secureContext, ...(alpn && { ALPNProtocols: [...alpn] }) };
}

function contextOf(options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (cause) {
    throw new UsageError({
      code: 'server-script',
      message: 'this server script cannot be played',
      expected: 'a certificate chain and the key of its first certificate',
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'look at the script: case.json of the case holds it',
      cause,
    });
  }
}
