import { PeerError } from '#core/errors.ts';
import { decodeMqtt } from '#codecs/mqtt-decode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { mqttError } from '#codecs/mqtt-reader.ts';

/** One control packet as it lies on the wire, not yet looked into. */
export interface MqttFrame {
  /** First byte of the fixed header: type and flags. */
  readonly first: number;
  /** What Remaining Length counts. */
  readonly body: Uint8Array;
  /** The whole packet. */
  readonly bytes: Uint8Array;
}

/**
 * Cuts a stream of bytes into packets. Holds at most one packet of `limit` bytes of body; a longer one, and a Remaining
 * Length of more than four bytes, is an error, after which the stream is dead and takes nothing more.
 */
export class MqttFramer {
  readonly #limit: number;
  #header: number[] = [];
  #body: Uint8Array | null = null;
  #filled = 0;
  #dead = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A packet has begun and is not complete. */
  get midPacket(): boolean {
    return this.#header.length > 0 && !this.#dead;
  }

  push(chunk: Uint8Array): (MqttFrame | PeerError)[] {
    const out: (MqttFrame | PeerError)[] = [];
    let at = 0;
    while (at < chunk.length && !this.#dead) {
      if (this.#body === null) {
        const error = this.#takeHeader(chunk[at++] ?? 0);
        if (error) out.push(error);
      } else {
        const part = chunk.subarray(at, at + this.#body.length - this.#filled);
        this.#body.set(part, this.#filled);
        this.#filled += part.length;
        at += part.length;
      }
      if (this.#body !== null && this.#filled === this.#body.length) out.push(this.#finish(this.#body));
    }
    return out;
  }

  #takeHeader(byte: number): PeerError | null {
    this.#header.push(byte);
    const { length } = this.#header;
    if (length === 1) return null;
    if ((byte & 0x80) !== 0) {
      if (length < 5) return null;
      this.#dead = true;
      return mqttError('remaining-length', 'Remaining Length goes on', 'at most 4 bytes', 'a fifth');
    }
    const remaining = this.#header.slice(1).reduceRight((sum, digit) => sum * 128 + (digit & 0x7f), 0);
    if (remaining > this.#limit) {
      this.#dead = true;
      return mqttError('too-large', 'packet too large', `at most ${this.#limit} bytes`, String(remaining));
    }
    this.#body = new Uint8Array(remaining);
    return null;
  }

  #finish(body: Uint8Array): MqttFrame {
    const header = this.#header;
    this.#header = [];
    this.#body = null;
    this.#filled = 0;
    return { first: header[0] ?? 0, body, bytes: Buffer.concat([Uint8Array.from(header), body]) };
  }
}

/** Decodes a stream of bytes into packets; the first error is the last thing it gives. */
export class MqttStream {
  readonly #framer: MqttFramer;
  #dead = false;

  constructor(limit: number) {
    this.#framer = new MqttFramer(limit);
  }

  /** A packet has begun and is not complete. */
  get midPacket(): boolean {
    return this.#framer.midPacket && !this.#dead;
  }

  *push(chunk: Uint8Array): Generator<MqttPacket | PeerError, void> {
    if (this.#dead) return;
    for (const frame of this.#framer.push(chunk)) {
      const packet = frame instanceof PeerError ? frame : decodeMqtt(frame.first, frame.body);
      this.#dead = packet instanceof PeerError;
      yield packet;
      if (this.#dead) return;
    }
  }
}
