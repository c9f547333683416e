import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { RecordTrouble } from '#codecs/server-script.ts';

const HEADER = 5;
/** ContentTypes of records that go out in the clear (RFC 8446, 5.1). */
const HANDSHAKE = 22;
const CHANGE_CIPHER_SPEC = 20;

/** What a filter makes of bytes: those to send, and whether the connection ends with them. */
export interface Filtered {
  readonly send: readonly Uint8Array[];
  readonly end: boolean;
}

/** Does something wrong to the records of one side of a TLS connection; holds at most one record. */
export class RecordFilter {
  readonly #trouble: RecordTrouble;
  #held: Buffer = Buffer.alloc(0);
  #records = 0;
  #inTheClear = true;

  constructor(trouble: RecordTrouble) {
    this.#trouble = trouble;
  }

  push(chunk: Uint8Array): Filtered {
    this.#held = Buffer.concat([this.#held, chunk]);
    const send: Uint8Array[] = [];
    let end = false;
    for (let record = this.#next(); record !== null && !end; record = this.#next()) {
      const made = this.#make(record);
      send.push(...made.send);
      end = made.end;
      this.#records += 1;
    }
    return { send, end };
  }

  #next(): Buffer | null {
    if (this.#held.length < HEADER) return null;
    const length = HEADER + this.#held.readUInt16BE(3);
    if (this.#held.length < length) return null;
    const record = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return record;
  }

  #make(record: Buffer): Filtered {
    const trouble = this.#trouble;
    if (trouble.kind === 'split') return { send: this.#split(record, trouble.size), end: false };
    if (this.#records < trouble.after) return { send: [record], end: false };
    if (trouble.kind !== 'insert') return { send: [], end: trouble.kind === 'cut' };
    const inserted = this.#records === trouble.after ? [Buffer.from(trouble.bytes, 'hex')] : [];
    return { send: trouble.goOn ? [...inserted, record] : inserted, end: false };
  }

  /** A handshake in the clear may be cut anywhere; what is encrypted may not. */
  #split(record: Buffer, size: number): readonly Uint8Array[] {
    if (record[0] === CHANGE_CIPHER_SPEC) this.#inTheClear = false;
    if (!this.#inTheClear || record[0] !== HANDSHAKE) return [record];
    const pieces: Uint8Array[] = [];
    for (let at = HEADER; at < record.length; at += size) {
      const piece = record.subarray(at, at + size);
      pieces.push(
        Buffer.concat([record.subarray(0, 3), Uint8Array.of(piece.length >> 8, piece.length & 0xff), piece]),
      );
    }
    return pieces;
  }
}

/**
 * A socket as a stream that TLS can be spoken over while the socket itself stays a plain one: what goes out can be
 * filtered, and whoever counts its bytes counts those on the wire.
 */
export class TlsCarrier extends Duplex {
  readonly #socket: Socket;
  readonly #filter: RecordFilter | null;

  constructor(socket: Socket, filter: RecordFilter | null = null) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#filter = filter;
    socket.on('data', (bytes) => {
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { send, end } = this.#filter?.push(chunk) ?? { send: [chunk], end: false };
    for (const bytes of send) if (this.#socket.writable) this.#socket.write(bytes);
    if (end) this.#socket.destroySoon();
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroySoon();
    done(error);
  }
}
