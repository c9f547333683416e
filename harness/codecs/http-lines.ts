import { httpError } from '#codecs/http-head.ts';

const CR = 13;
const LF = 10;

/** Collects one CRLF-ended line from chunks and never holds more than `limit` bytes. */
export class HttpLines {
  readonly #limit: number;
  #line: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes bytes from `at` on; gives the position behind them, and the line once it is whole. Throws PeerError. */
  take(chunk: Uint8Array, at: number): { readonly next: number; readonly line: string | null } {
    let next = at;
    while (next < chunk.length) {
      const byte = chunk[next++] ?? 0;
      if (byte === LF) return { next, line: this.#finish() };
      if (this.#line.at(-1) === CR) throw httpError('line-end', 'CR inside a line', 'CR LF', 'CR');
      this.#line.push(byte);
      if (this.#line.length > this.#limit) {
        throw httpError('line-length', 'line too long', `${this.#limit} bytes`, 'more');
      }
    }
    return { next, line: null };
  }

  #finish(): string {
    if (this.#line.at(-1) !== CR) throw httpError('line-end', 'line ends without CR', 'CR LF', 'LF');
    const line = Buffer.from(this.#line.slice(0, -1)).toString('latin1');
    this.#line = [];
    return line;
  }
}
