import { PeerError } from '#core/errors.ts';

/** Walks the bytes of one datagram; every read is checked against its end. Throws PeerError with codes of its protocol. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #protocol: string;
  #at: number;

  constructor(protocol: string, bytes: Uint8Array, at = 0) {
    this.#protocol = protocol;
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(what: string): number {
    return this.take(1, what)[0] ?? 0;
  }

  u16(what: string): number {
    const [high = 0, low = 0] = this.take(2, what);
    return high * 0x100 + low;
  }

  u32(what: string): number {
    return this.u16(what) * 0x1_0000 + this.u16(what);
  }

  take(length: number, what: string): Uint8Array {
    if (length > this.left) throw this.error('truncated', what, `${length} bytes`, `${this.left} left`);
    const bytes = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  error(code: string, what: string, expected: string, got: string): PeerError {
    return new PeerError({
      code: `${this.#protocol}-${code}`,
      message: `${this.#protocol.toUpperCase()}: ${what}`,
      expected,
      got,
      remedy: 'drop the datagram and look at who sent it',
    });
  }
}

/** Big-endian bytes of a number. */
export function bigEndian(value: number, width: 1 | 2 | 4): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let at = width - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}
