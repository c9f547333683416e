import { ByteQueue } from '#core/byte-queue.ts';
import type { ModemLines, SerialLine } from '#drivers/channel/serial-line.ts';
import { ESP32, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { ESP_SHAPE } from '#virtual/esp-idf/provision.ts';
import { EspLoader as VirtualLoader } from '#virtual/esp-loader/esp-loader.ts';
import { Storage } from '#virtual/storage.ts';

/** What a virtual board with nothing but its loader is made of. */
export interface LoaderLineOptions {
  readonly model?: ChipModel;
  readonly storage?: Storage;
  readonly secureDownload?: boolean;
  /** Control lines are wired; default true. */
  readonly hasLines?: boolean;
  /** Changes what the board says, as a bad line does; null loses it. */
  readonly corrupt?: (bytes: Uint8Array) => Uint8Array | null;
}

const CLOSE_ENOUGH = 0.03;

/** A serial line to a virtual chip that starts its application, and its loader when DTR and RTS say so. */
export class LoaderLine implements SerialLine {
  readonly name = 'virtual uart0';
  readonly incoming = new ByteQueue('virtual uart0');
  readonly storage: Storage;
  readonly loader: VirtualLoader;
  /** Bytes that the host sent. */
  readonly sent: Uint8Array[] = [];
  isClosed = false;
  /** Starts into the application. */
  starts = 0;
  readonly #options: LoaderLineOptions;
  #lines = { dtr: false, rts: false };
  #baudRate = 115_200;
  #inLoader = false;

  constructor(options: LoaderLineOptions = {}) {
    this.#options = options;
    this.storage = options.storage ?? new Storage(ESP_SHAPE);
    this.#inLoader = options.hasLines === false;
    this.loader = new VirtualLoader({
      model: options.model ?? ESP32,
      storage: this.storage,
      secureDownload: options.secureDownload ?? false,
      send: (bytes) => this.say(bytes),
      onRun: () => this.#start(false),
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    this.sent.push(bytes.slice());
    if (this.#inLoader) this.loader.receive(this.#garbledUnlessInStep(bytes));
    return Promise.resolve();
  }

  /** EN is low while RTS alone is asserted; when it rises, GPIO0 (DTR alone) decides. */
  setLines(lines: ModemLines): Promise<boolean> {
    if (this.#options.hasLines === false) return Promise.resolve(false);
    const before = this.#lines;
    this.#lines = { ...before, ...lines };
    const low = ({ dtr, rts }: typeof before) => rts && !dtr;
    if (low(before) && !low(this.#lines)) this.#start(this.#lines.dtr && !this.#lines.rts);
    return Promise.resolve(true);
  }

  setBaudRate(baudRate: number): Promise<void> {
    this.#baudRate = baudRate;
    return Promise.resolve();
  }

  purge(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.incoming.end();
    return Promise.resolve();
  }

  /** The board says something. */
  say(bytes: Uint8Array): void {
    const heard = this.#garbledUnlessInStep(bytes);
    const told = this.#options.corrupt === undefined ? heard : this.#options.corrupt(heard);
    if (told !== null) this.incoming.push(told.slice());
  }

  #start(inLoader: boolean): void {
    this.#inLoader = inLoader;
    this.loader.reset();
    if (!inLoader) this.starts += 1;
    const mode = inLoader ? '0x3 (DOWNLOAD_BOOT)' : '0x13 (SPI_FAST_FLASH_BOOT)';
    const log = [`rst:0x1 (POWERON_RESET),boot:${mode}`, ...(inLoader ? ['waiting for download'] : [])];
    this.say(Buffer.from(`${log.join('\r\n')}\r\n`, 'latin1'));
  }

  /** Bytes of another speed are not those that were sent. */
  #garbledUnlessInStep(bytes: Uint8Array): Uint8Array {
    const apart = Math.abs(this.loader.baudRate - this.#baudRate) / this.#baudRate;
    return apart < CLOSE_ENOUGH ? bytes : bytes.map((byte) => (byte * 7) ^ 0x55);
  }
}
