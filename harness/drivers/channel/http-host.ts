import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Address, Tcp } from '#drivers/channel/tcp.ts';

/** Something a device can fetch once it knows the URL. */
export interface Hosted {
  readonly url: string;
  /** The device asked for it. */
  readonly asked: boolean;
  /** Calls back when a connection that asked for it ends; at most once each. */
  onClosed(listener: () => void): void;
  /** Takes it down, and ends the connections that asked for it. */
  remove(): void;
}

type Serve = (response: ServerResponse) => void;

/** HTTP server of the bench: images as files, and raw bytes as a rogue server would send them. */
export class HttpHost {
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #pages = new Map<string, Page>();
  #address: Address = { host: '127.0.0.1', port: 0 };
  #count = 0;

  static async open(tcp: Tcp, listen?: Address): Promise<HttpHost> {
    const host = new HttpHost();
    // The device lives in simulated time: it is not for this server to find it slow.
    Object.assign(host.#server, { timeout: 0, requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
    host.#address = await tcp.listen(host.#server, listen);
    return host;
  }

  get address(): Address {
    return this.#address;
  }

  /** Serves a file with its length. */
  file(bytes: Uint8Array): Hosted {
    return this.#page((response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
      response.end(bytes);
    });
  }

  /** Answers with exactly these bytes and leaves the connection open. */
  raw(bytes: Uint8Array): Hosted {
    return this.#page((response) => response.socket?.write(bytes));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    for (const page of this.#pages.values()) page.remove();
    this.#server.closeAllConnections();
    await closed;
  }

  #page(serve: Serve): Page {
    this.#count += 1;
    const path = `/${this.#count}`;
    const { host, port } = this.#address;
    const page = new Page(`http://${host}:${port}${path}`, serve, () => this.#pages.delete(path));
    this.#pages.set(path, page);
    return page;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const page = this.#pages.get(request.url ?? '');
    if (page === undefined || request.method !== 'GET') response.writeHead(404).end();
    else page.serve(request.socket, response);
  }
}

class Page implements Hosted {
  readonly url: string;
  readonly #serve: Serve;
  readonly #removed: () => void;
  readonly #sockets = new Set<Socket>();
  readonly #listeners: (() => void)[] = [];
  #asked = false;

  constructor(url: string, serve: Serve, removed: () => void) {
    this.url = url;
    this.#serve = serve;
    this.#removed = removed;
  }

  get asked(): boolean {
    return this.#asked;
  }

  onClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  serve(socket: Socket, response: ServerResponse): void {
    this.#asked = true;
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      for (const listener of this.#listeners) listener();
    });
    this.#serve(response);
  }

  remove(): void {
    this.#removed();
    for (const socket of this.#sockets) socket.destroy();
  }
}
