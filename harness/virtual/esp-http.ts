import type { PeerError } from '#core/errors.ts';
import { httpGet, HttpResponse, type HttpEvent } from '#codecs/http.ts';
import { httpFault } from '#virtual/esp-net-flaws.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import type { NetworkStream } from '#virtual/network.ts';

/** One GET of the simulated application. */
export interface EspHttpOptions {
  readonly runtime: EspRuntime;
  readonly url: string;
  /** Longest body taken, bytes. */
  readonly limit: number;
  /** The whole exchange must be over by then, ms. */
  readonly totalMs: number;
  /** Pieces of the body of a response 200; a reason ends the download. */
  onBody(bytes: Uint8Array): string | null;
  /** Once, at the end: null, or why it failed. */
  onEnd(failure: string | null): void;
}

/** Default receive timeout of esp_http_client. */
const SILENCE_MS = 5000;
const LIMITS = { line: 1024, headers: 40, interim: 4 };
const URL_PARTS = /^http:\/\/(\[[0-9A-Fa-f:]+\]|[\w.-]+)(?::(\d{1,5}))?(\/.*)$/;

/** Fetches by HTTP; every silence and every total has its limit. */
export function espHttpGet(options: EspHttpOptions): void {
  const parts = URL_PARTS.exec(options.url);
  const port = Number(parts?.[2] ?? 80);
  if (!parts || port < 1 || port > 0xffff) options.onEnd('no plain HTTP address');
  else new Exchange(options).start((parts[1] ?? '').replaceAll(/[[\]]/g, ''), port, parts[3] ?? '/');
}

class Exchange {
  readonly #options: EspHttpOptions;
  readonly #response: HttpResponse;
  #stream: NetworkStream | null = null;
  #lastSign = 0;
  #over = false;

  constructor(options: EspHttpOptions) {
    this.#options = options;
    this.#response = new HttpResponse({ ...LIMITS, body: options.limit });
  }

  start(host: string, port: number, path: string): void {
    const { runtime, totalMs } = this.#options;
    this.#stream = runtime.connect(host, port, {
      opened: () => this.#sign(() => this.#stream?.write(httpGet(`${host}:${port}`, path))),
      data: (bytes) => this.#sign(() => this.#take(this.#response.push(bytes))),
      closed: (cause) => {
        if (cause !== null) this.#end('connection failed');
        else this.#take(this.#response.close());
      },
    });
    if (runtime.flaws.has('http/stall-no-timeout')) return;
    this.#lastSign = runtime.clock.now();
    this.#watch();
    runtime.after(totalMs, () => this.#end('download took too long'));
  }

  /** A sign of life of the server. */
  #sign(act: () => void): void {
    this.#lastSign = this.#options.runtime.clock.now();
    act();
  }

  #watch(): void {
    const { clock } = this.#options.runtime;
    const left = this.#lastSign + SILENCE_MS - clock.now();
    if (left <= 0) this.#end('server stopped sending');
    else this.#options.runtime.after(left, () => this.#over || this.#watch());
  }

  #take(events: readonly HttpEvent[]): void {
    for (const event of events) {
      if (this.#over) return;
      if (event.kind === 'error') this.#fail(event.error);
      else if (event.kind === 'head' && event.head.status !== 200) this.#end(`status ${event.head.status}`);
      else if (event.kind === 'end') this.#end(null);
      else if (event.kind === 'body') {
        const objection = this.#options.onBody(event.bytes);
        if (objection !== null) this.#end(objection);
      }
    }
  }

  #fail(error: PeerError): void {
    const fault = httpFault(this.#options.runtime.flaws, error);
    if (fault !== null) throw fault;
    this.#end(error.code);
  }

  #end(failure: string | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream?.close();
    this.#options.onEnd(failure);
  }
}
