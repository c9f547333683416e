import type { PeerError } from '#core/errors.ts';
import { headerValues, type HttpHead } from '#codecs/http-head.ts';
import { httpGet, HttpResponse, type HttpEvent } from '#codecs/http.ts';
import { httpFault } from '#virtual/esp-net-flaws.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import { tlsChecks, type EspTrust } from '#virtual/esp-tls.ts';
import { placeOf, redirectFrom, type UrlPlace } from '#virtual/esp-url.ts';
import type { NetworkEvents, NetworkStream } from '#virtual/network.ts';

/** One GET of the simulated application. */
export interface EspHttpOptions {
  readonly runtime: EspRuntime;
  readonly url: string;
  /** Whom to trust by HTTPS; null: nobody, so that only plain HTTP is spoken. */
  readonly trust: EspTrust | null;
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
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What finding the next server and shaking hands takes at least. */
const REDIRECT_MS = 20;

/** Fetches by HTTP, or HTTPS where somebody is trusted; every silence and every total has its limit. */
export function espHttpGet(options: EspHttpOptions): void {
  const place = placeOf(options.url);
  if (place === null) options.onEnd('no address of HTTP');
  else if (place.secure && options.trust === null) options.onEnd('no plain HTTP address');
  else new Exchange(options).start(place);
}

class Exchange {
  readonly #options: EspHttpOptions;
  #response: HttpResponse;
  #place: UrlPlace | null = null;
  #redirects = 0;
  #stream: NetworkStream | null = null;
  #lastSign = 0;
  #isWatched = false;
  #over = false;

  constructor(options: EspHttpOptions) {
    this.#options = options;
    this.#response = new HttpResponse({ ...LIMITS, body: options.limit });
  }

  start(place: UrlPlace): void {
    const { runtime, totalMs } = this.#options;
    this.#open(place);
    if (runtime.flaws.has('http/stall-no-timeout')) return;
    this.#lastSign = runtime.clock.now();
    if (!place.secure || !runtime.flaws.has('tls/handshake-no-timeout')) this.#begin(totalMs);
  }

  #begin(totalMs: number): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#watch();
    this.#options.runtime.after(totalMs, () => this.#end('download took too long'));
  }

  #open(place: UrlPlace): void {
    const { trust } = this.#options;
    const { host, port, path, secure } = place;
    this.#place = place;
    const stream: NetworkStream = this.#connect(place, secure ? trust : null, {
      opened: () => this.#sign(() => stream.write(httpGet(`${host}:${port}`, path))),
      data: (bytes) => this.#sign(() => this.#take(this.#response.push(bytes))),
      closed: (cause) => {
        if (cause === null) this.#take(this.#response.close());
        else this.#end(secure ? `TLS: ${cause.message.slice(0, 120)}` : 'connection failed');
      },
    });
    this.#stream = stream;
  }

  #connect({ host, port }: UrlPlace, trust: EspTrust | null, events: NetworkEvents): NetworkStream {
    const { runtime } = this.#options;
    if (trust === null) return runtime.connect(host, port, events);
    return runtime.connectTls(host, port, tlsChecks(trust, host, runtime.flaws), events);
  }

  /** A sign of life of the server. */
  #sign(act: () => void): void {
    this.#lastSign = this.#options.runtime.clock.now();
    if (!this.#options.runtime.flaws.has('http/stall-no-timeout')) this.#begin(this.#options.totalMs);
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
      if (event.kind === 'head' && event.head.status !== 200) {
        this.#instead(event.head);
        return;
      }
      if (event.kind === 'error') this.#fail(event.error);
      else if (event.kind === 'end') this.#end(null);
      else if (event.kind === 'body') {
        const objection = this.#options.onBody(event.bytes);
        if (objection !== null) this.#end(objection);
      }
    }
  }

  /** Another status than the one hoped for: from HTTPS a redirect is followed, as esp_http_client does. */
  #instead(head: HttpHead): void {
    const [location] = headerValues(head, 'location');
    const from = this.#place;
    const isRedirect = REDIRECTS.has(head.status) && location !== undefined;
    const next =
      isRedirect && from?.secure === true
        ? redirectFrom(from, location, this.#redirects, this.#options.runtime.flaws)
        : `status ${head.status}`;
    if (typeof next === 'string') this.#end(next);
    else this.#follow(next);
  }

  #follow(place: UrlPlace): void {
    this.#stream?.close();
    this.#stream = null;
    this.#redirects += 1;
    this.#response = new HttpResponse({ ...LIMITS, body: this.#options.limit });
    this.#options.runtime.after(REDIRECT_MS, () => {
      if (!this.#over) this.#open(place);
    });
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
