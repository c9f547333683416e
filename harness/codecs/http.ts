import { PeerError, UsageError } from '#core/errors.ts';
import { framingOf, httpError, parseField, parseStatusLine, type HttpHead } from '#codecs/http-head.ts';
import { HttpLines } from '#codecs/http-lines.ts';

/** Beyond these a response is refused. */
export interface HttpLimits {
  /** Bytes of one line. */
  readonly line: number;
  /** Header fields, and trailer fields, of one response. */
  readonly headers: number;
  /** Bytes of body. */
  readonly body: number;
  /** Responses 1xx before the final one. */
  readonly interim: number;
}

export type HttpEvent =
  | { readonly kind: 'head'; readonly head: HttpHead; readonly length: number | null }
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: PeerError };

type State =
  | 'status'
  | 'headers'
  | 'length'
  | 'until-close'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'over';

/** Bytes of a GET request. UsageError for anything that could break out of its place. */
export function httpGet(
  host: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Uint8Array {
  const fields = Object.entries({ host, connection: 'close', ...headers });
  const sound =
    /^\/[\x21-\x7e]*$/.test(path) &&
    fields.every(([name, value]) => /^[\w-]+$/.test(name) && /^[\x20-\x7e]+$/.test(value));
  if (!sound) {
    throw new UsageError({
      code: 'http-request',
      message: 'this request cannot be written',
      expected: 'a path from / on, and printable ASCII without line ends',
      got: JSON.stringify({ path, fields }),
      remedy: 'encode the path and the header values',
    });
  }
  const lines = [`GET ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/**
 * Parses the response to one GET, from bytes in any chunking. The body is passed on as it arrives, never kept. The first
 * error, or the end, is the last event; what comes behind is not looked at.
 */
export class HttpResponse {
  readonly #limits: HttpLimits;
  readonly #lines: HttpLines;
  #state: State = 'status';
  #head: { -readonly [K in keyof HttpHead]: HttpHead[K] } = { version: '1.1', status: 0, headers: [] };
  /** Bytes left of the body, or of the chunk. */
  #left = 0;
  #body = 0;
  #fields = 0;
  #interim = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
    this.#lines = new HttpLines(limits.line);
  }

  push(chunk: Uint8Array): HttpEvent[] {
    return this.#guard((events) => {
      let at = 0;
      while (at < chunk.length && this.#state !== 'over') {
        if (this.#state === 'length' || this.#state === 'chunk-data' || this.#state === 'until-close') {
          const bytes = chunk.subarray(at, this.#state === 'until-close' ? undefined : at + this.#left);
          at += bytes.length;
          this.#pass(bytes, events);
        } else {
          const { next, line } = this.#lines.take(chunk, at);
          at = next;
          if (line !== null) this.#line(line, events);
        }
      }
    });
  }

  /** The server closed the connection. */
  close(): HttpEvent[] {
    return this.#guard((events) => {
      if (this.#state === 'over') return;
      if (this.#state !== 'until-close') {
        throw httpError(
          'closed-early',
          'connection closed inside the response',
          'the whole response',
          this.#state,
        );
      }
      this.#end(events);
    });
  }

  #guard(work: (events: HttpEvent[]) => void): HttpEvent[] {
    const events: HttpEvent[] = [];
    try {
      work(events);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#state = 'over';
      events.push({ kind: 'error', error });
    }
    return events;
  }

  #line(line: string, events: HttpEvent[]): void {
    switch (this.#state) {
      case 'status':
        this.#head = { ...parseStatusLine(line), headers: [] };
        this.#fields = 0;
        this.#state = 'headers';
        return;
      case 'headers':
        if (line === '') this.#bodyBegins(events);
        else this.#head.headers = [...this.#head.headers, this.#field(line)];
        return;
      case 'chunk-size':
        this.#chunk(line);
        return;
      case 'chunk-end':
        if (line !== '') throw httpError('chunk-end', 'bytes behind a chunk', 'CR LF', line);
        this.#state = 'chunk-size';
        return;
      default:
        if (line === '') this.#end(events);
        else this.#field(line);
    }
  }

  #field(line: string): [string, string] {
    this.#fields += 1;
    if (this.#fields > this.#limits.headers) {
      throw httpError('header-count', 'too many header fields', `${this.#limits.headers}`, 'more');
    }
    return parseField(line);
  }

  #bodyBegins(events: HttpEvent[]): void {
    const { status } = this.#head;
    if (status < 200) {
      this.#interim += 1;
      if (status === 101 || this.#interim > this.#limits.interim) {
        throw httpError(
          'interim',
          'interim responses',
          `at most ${this.#limits.interim}, no 101`,
          String(status),
        );
      }
      this.#state = 'status';
      return;
    }
    const framing = framingOf(this.#head);
    const length = framing.kind === 'length' ? framing.length : null;
    this.#roomFor(length ?? 0, 'length-limit');
    events.push({ kind: 'head', head: this.#head, length });
    this.#fields = 0;
    this.#left = length ?? 0;
    if (framing.kind === 'none' || length === 0) this.#end(events);
    else if (framing.kind === 'chunked') this.#state = 'chunk-size';
    else this.#state = framing.kind === 'length' ? 'length' : 'until-close';
  }

  #chunk(line: string): void {
    const match = /^([0-9a-fA-F]{1,8})(?:[\t ]*;[\t\x20-\x7e]*)?$/.exec(line);
    if (!match) throw httpError('chunk-size', 'chunk size', 'up to 8 hexadecimal digits', line);
    this.#left = Number.parseInt(match[1] ?? '', 16);
    this.#roomFor(this.#left, 'chunk-limit');
    this.#state = this.#left === 0 ? 'trailers' : 'chunk-data';
  }

  #roomFor(bytes: number, code: string): void {
    if (this.#body + bytes > this.#limits.body) {
      throw httpError(code, 'body too large', `at most ${this.#limits.body} bytes`, String(bytes));
    }
  }

  #pass(bytes: Uint8Array, events: HttpEvent[]): void {
    this.#roomFor(bytes.length, 'body-limit');
    this.#body += bytes.length;
    events.push({ kind: 'body', bytes });
    if (this.#state === 'until-close') return;
    this.#left -= bytes.length;
    if (this.#left > 0) return;
    if (this.#state === 'length') this.#end(events);
    else this.#state = 'chunk-end';
  }

  #end(events: HttpEvent[]): void {
    this.#state = 'over';
    events.push({ kind: 'end' });
  }
}
