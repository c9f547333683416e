import { Inflate } from 'fflate';

/** Why compressed data are not taken any further. */
export type ZlibDefect = 'header' | 'damaged' | 'too-much';

const HEADER = 2;
const DEFLATE = 8;

/**
 * Inflates a zlib stream (RFC 1950) piece by piece, and stops where it gives more than announced. The checksum at its end
 * is not looked at: whoever asks for the data compares a digest of his own.
 */
export class ZlibStream {
  readonly #limit: number;
  readonly #inflate: Inflate;
  #head = new Uint8Array(0);
  #pieces: Uint8Array[] = [];
  #given = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#inflate = new Inflate((piece) => void this.#pieces.push(piece));
  }

  /** Bytes that the stream has given so far. */
  get given(): number {
    return this.#given;
  }

  /** Content of the next piece. */
  push(chunk: Uint8Array): Uint8Array | ZlibDefect {
    const body = this.#behindHead(chunk);
    if (body === null) return 'header';
    try {
      if (body.length > 0) this.#inflate.push(body);
    } catch {
      return 'damaged';
    }
    const content = Buffer.concat(this.#pieces.splice(0));
    this.#given += content.length;
    return this.#given > this.#limit ? 'too-much' : Uint8Array.from(content);
  }

  #behindHead(chunk: Uint8Array): Uint8Array | null {
    if (this.#head.length === HEADER) return chunk;
    const missing = HEADER - this.#head.length;
    this.#head = Uint8Array.from([...this.#head, ...chunk.subarray(0, missing)]);
    const [method, flags] = this.#head;
    if (method !== undefined && (method & 0xf) !== DEFLATE) return null;
    if (method !== undefined && flags !== undefined && ((method << 8) | flags) % 31 !== 0) return null;
    return chunk.subarray(missing);
  }
}
