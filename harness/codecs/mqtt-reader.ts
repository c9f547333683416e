import { PeerError } from '#core/errors.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What an MQTT decoder says of bytes that break the standard. */
export function mqttError(code: string, message: string, expected: string, got: string): PeerError {
  return new PeerError({
    code: `mqtt-${code}`,
    message: `MQTT: ${message}`,
    expected,
    got,
    remedy: 'close the connection (MQTT 3.1.1, 4.8) and look at what the peer sent',
  });
}

/** Walks the body of one packet; every read is checked against its end. Throws PeerError. */
export class MqttReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(what: string): number {
    return this.take(1, what)[0] ?? 0;
  }

  u16(what: string): number {
    const [high = 0, low = 0] = this.take(2, what);
    return high * 256 + low;
  }

  take(length: number, what: string): Uint8Array {
    if (length > this.left) {
      throw mqttError('truncated', `${what} ends behind the packet`, `${length} bytes`, `${this.left} left`);
    }
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  /** Two bytes of length, then that many bytes (1.5.3). A length past the end has its own code. */
  binary(what: string): Uint8Array {
    const length = this.u16(`length of ${what}`);
    if (length > this.left) {
      throw mqttError(
        'string-length',
        `${what} ends behind the packet`,
        `at most ${this.left}`,
        String(length),
      );
    }
    return this.take(length, what);
  }

  /** UTF-8 without U+0000 and surrogates (1.5.3). */
  text(what: string): string {
    const bytes = this.binary(what);
    let text: string;
    try {
      text = UTF8.decode(bytes);
    } catch {
      throw mqttError('utf8', `${what} is not UTF-8`, 'well-formed UTF-8', `${bytes.length} bytes`);
    }
    if (text.includes('\0')) throw mqttError('utf8', `${what} contains U+0000`, 'no U+0000', 'U+0000');
    return text;
  }

  /** A packet identifier is never 0 (2.3.1). */
  packetId(): number {
    const id = this.u16('packet identifier');
    if (id === 0) throw mqttError('packet-id', 'packet identifier is 0', '1 to 65535', '0');
    return id;
  }

  end(): void {
    if (this.left > 0) {
      throw mqttError('trailing', 'bytes behind the last field', '0 bytes', `${this.left} bytes`);
    }
  }
}
