import type { CallOptions } from '#core/capabilities.ts';
import { decodeEspRequest, ESP_FRAME_LIMIT, type EspRequest } from '#codecs/esp-loader.ts';
import { SlipDecoder } from '#codecs/slip.ts';
import { openPty, type Pty } from '#drivers/channel/pty.ts';
import type { ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { EspLoader } from '#virtual/esp-loader/esp-loader.ts';
import type { Storage } from '#virtual/storage.ts';

/** Bits on the line for a byte. */
const BITS = 10;

/** A board that is served, and whether bytes take the time that they take on a line. */
export interface ServedOptions {
  readonly model: ChipModel;
  readonly storage: Storage;
  readonly paced?: boolean;
}

/** What the host sent, and when it had arrived; a frame that is no command (the count of a read) has op -1. */
export interface Heard extends EspRequest {
  readonly atMs: number;
}

/** A virtual chip in its loader on a pseudo-terminal, with a record of what a client sends it. */
export class ServedLoader {
  readonly heard: Heard[] = [];
  readonly loader: EspLoader;
  readonly #pty: Pty;
  readonly #paced: boolean;
  readonly #decoder = new SlipDecoder(ESP_FRAME_LIMIT);
  readonly #reading: Promise<void>;
  readonly #calm: CallOptions = { signal: new AbortController().signal };
  /** When each direction has sent what it was given, milliseconds. */
  #idle = { toBoard: 0, toHost: 0 };
  /** Of the last byte that went to the host. */
  lastAnswerMs = 0;

  private constructor(pty: Pty, { model, storage, paced = false }: ServedOptions) {
    this.#pty = pty;
    this.#paced = paced;
    this.loader = new EspLoader({ model, storage, send: (bytes) => this.#send(bytes) });
    this.#reading = this.#read();
  }

  static async open(options: ServedOptions): Promise<ServedLoader> {
    return new ServedLoader(await openPty(), options);
  }

  /** The serial port to open. */
  get path(): string {
    return this.#pty.path;
  }

  async close(): Promise<void> {
    await this.#pty.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const chunk of this.#pty.incoming) {
      await this.#line('toBoard', chunk.length);
      this.#record(chunk);
      this.loader.receive(chunk);
    }
  }

  #record(chunk: Uint8Array): void {
    for (const item of this.#decoder.push(chunk)) {
      if (item.kind !== 'frame') continue;
      const request = decodeEspRequest(item.frame) ?? { op: -1, data: item.frame, checksum: 0 };
      this.heard.push({ ...request, data: request.data.slice(), atMs: performance.now() });
    }
  }

  #send(bytes: Uint8Array): void {
    void this.#line('toHost', bytes.length).then(() => {
      this.lastAnswerMs = performance.now();
      return this.#pty.write(bytes, this.#calm);
    });
  }

  /** Waits until so many more bytes have gone over the line. */
  async #line(direction: 'toBoard' | 'toHost', length: number): Promise<void> {
    if (!this.#paced) return;
    const now = performance.now();
    const until = Math.max(now, this.#idle[direction]) + (1000 * BITS * length) / this.loader.baudRate;
    this.#idle = { ...this.#idle, [direction]: until };
    await new Promise((resolve) => setTimeout(resolve, until - now));
  }
}
