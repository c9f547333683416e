import type { PartitionRow } from '#codecs/esp-partition.ts';
import { ESP_ERR, type EspErr } from '#virtual/esp-idf/esp-err.ts';
import type { EspFlash } from '#virtual/esp-idf/esp-flash.ts';

/** Writes an image into a partition, front to back, whole flash words at a time. */
export class OtaWriter {
  readonly #flash: EspFlash;
  readonly #partition: PartitionRow;
  /** Whether sectors are erased when the data reaches them. */
  readonly #sequential: boolean;
  #rest: Uint8Array = new Uint8Array();
  #stored = 0;
  #erased = 0;

  constructor(flash: EspFlash, partition: PartitionRow, sequential: boolean) {
    this.#flash = flash;
    this.#partition = partition;
    this.#sequential = sequential;
  }

  /** Bytes taken so far. */
  get written(): number {
    return this.#stored + this.#rest.length;
  }

  append(bytes: Uint8Array): EspErr {
    if (this.written + bytes.length > this.#partition.size) return ESP_ERR.invalidSize;
    const pending = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = pending.length - (pending.length % this.#flash.writeUnit);
    this.#store(pending.subarray(0, whole));
    // A copy: the caller may use its buffer again.
    this.#rest = new Uint8Array(pending.subarray(whole));
    return ESP_ERR.ok;
  }

  /** Writes what is left of a word, filled with 0xff. */
  flush(): void {
    if (this.#rest.length === 0) return;
    const word = new Uint8Array(this.#flash.writeUnit).fill(0xff);
    word.set(this.#rest);
    this.#rest = new Uint8Array();
    this.#store(word);
  }

  #store(bytes: Uint8Array): void {
    const { page } = this.#flash.shape;
    const end = Math.ceil((this.#stored + bytes.length) / page) * page;
    if (this.#sequential && end > this.#erased) {
      this.#flash.erase(this.#partition.offset + this.#erased, end - this.#erased);
      this.#erased = end;
    }
    this.#flash.write(this.#partition.offset + this.#stored, bytes);
    this.#stored += bytes.length;
  }
}
