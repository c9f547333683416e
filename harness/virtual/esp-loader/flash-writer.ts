import { ESP_SECTOR } from '#codecs/esp-loader.ts';
import { ZlibStream } from '#codecs/zlib-stream.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** The flash that a loader works on. */
export interface LoaderFlash {
  readonly shape: StorageShape;
  readonly bytes: Uint8Array;
  erase(address: number, length: number): void;
  write(address: number, bytes: Uint8Array): void;
}

/** What a transfer to flash announced. */
export interface FlashTransfer {
  readonly address: number;
  /** Bytes to be written, uncompressed. */
  readonly size: number;
  readonly compressed: boolean;
  /** The stub erases a sector when it gets there; the ROM erased all of them when the transfer began. */
  readonly erasing: boolean;
}

/** Why a block was not taken. */
export type BlockRefusal = 'inflate' | 'too-much';

/** One transfer to flash: the stub writes sectors as they become complete, the last one when the transfer ends. */
export class FlashWriter {
  readonly #flash: LoaderFlash;
  readonly #transfer: FlashTransfer;
  readonly #inflate: ZlibStream | null;
  #waiting: Uint8Array = new Uint8Array(0);
  #written = 0;

  constructor(flash: LoaderFlash, transfer: FlashTransfer) {
    this.#flash = flash;
    this.#transfer = transfer;
    this.#inflate = transfer.compressed ? new ZlibStream(transfer.size) : null;
  }

  /** Whether everything that was announced has come. */
  get complete(): boolean {
    return this.#written + this.#waiting.length >= this.#transfer.size;
  }

  /** Takes a block; padding behind what was announced is left out. */
  take(block: Uint8Array): BlockRefusal | null {
    const content = this.#inflate === null ? block : this.#inflate.push(block);
    if (content === 'too-much') return 'too-much';
    if (typeof content === 'string') return 'inflate';
    const room = this.#transfer.size - this.#written - this.#waiting.length;
    if (room <= 0 && content.length > 0) return 'too-much';
    this.#waiting = Uint8Array.from(Buffer.concat([this.#waiting, content.subarray(0, room)]));
    while (this.#waiting.length >= this.#toSectorEnd()) this.#flush(this.#toSectorEnd());
    if (this.complete) this.end();
    else if (!this.#transfer.erasing) this.#flushWords();
    return null;
  }

  /** Writes what is left of the last sector. */
  end(): void {
    if (this.#waiting.length > 0) this.#flush(this.#waiting.length);
  }

  /** The ROM holds nothing back: it does not know the end of what it inflates, only that of the sectors it erased. */
  #flushWords(): void {
    const { word } = this.#flash.shape;
    const whole = this.#waiting.length - (this.#waiting.length % word);
    if (whole > 0) this.#flush(whole);
  }

  #toSectorEnd(): number {
    return ESP_SECTOR - ((this.#transfer.address + this.#written) % ESP_SECTOR);
  }

  #flush(length: number): void {
    const piece = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    const at = this.#transfer.address + this.#written;
    const { word } = this.#flash.shape;
    const start = at - (at % word);
    const whole = new Uint8Array(Math.ceil((at + piece.length) / word) * word - start).fill(0xff);
    whole.set(piece, at - start);
    if (this.#transfer.erasing) this.#eraseUnlessBlank(at - (at % ESP_SECTOR));
    this.#flash.write(start, whole);
    this.#written += piece.length;
  }

  #eraseUnlessBlank(sector: number): void {
    const content = this.#flash.bytes.subarray(sector, sector + ESP_SECTOR);
    if (content.some((byte) => byte !== 0xff)) this.#flash.erase(sector, ESP_SECTOR);
  }
}
