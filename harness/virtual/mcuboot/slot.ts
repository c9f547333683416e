import type { FlashArea } from '#core/board.ts';
import { trailerOffsets, type TrailerOffsets, type TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { assertionFailed, BootHalt } from '#virtual/mcuboot/halt.ts';
import type { Storage } from '#virtual/storage.ts';

const U32_END = 2 ** 32;

/** Where MCUboot's slots lie, and how it was built. */
export interface McubootLayout {
  readonly primary: FlashArea;
  readonly secondary: FlashArea;
  /** BOOT_MAX_ALIGN. */
  readonly maxAlign: number;
  /** BOOT_MAX_IMG_SECTORS. */
  readonly maxSectors: number;
}

/** One slot of flash, addressed from its start. Reads see flash as it is; writes and erases can end in `PowerLost`. */
export class Slot {
  readonly name: string;
  readonly size: number;
  /** Flash page, the unit of swapping. */
  readonly sector: number;
  readonly word: number;
  readonly shape: TrailerShape;
  readonly at: TrailerOffsets;
  /** First sector that holds a part of the trailer. */
  readonly trailerSector: number;
  readonly #storage: Storage;
  readonly #base: number;

  constructor(storage: Storage, area: FlashArea, layout: McubootLayout) {
    const { page, word } = storage.shape;
    this.#storage = storage;
    this.#base = area.offset;
    this.name = area.name;
    this.size = area.size;
    this.sector = page;
    this.word = word;
    this.shape = {
      slotSize: area.size,
      maxAlign: layout.maxAlign,
      writeSize: word,
      maxSectors: layout.maxSectors,
    };
    this.at = trailerOffsets(this.shape);
    this.trailerSector = Math.floor(this.at.status / page);
  }

  /** Whole content, for reading only. */
  get bytes(): Uint8Array {
    return this.#storage.bytes.subarray(this.#base, this.#base + this.size);
  }

  get address(): number {
    return this.#base;
  }

  /** A view; null where it would leave the slot. */
  read(offset: number, length: number): Uint8Array | null {
    if (offset < 0 || length < 0 || offset + length > this.size) return null;
    return this.#storage.bytes.subarray(this.#base + offset, this.#base + offset + length);
  }

  byte(offset: number): number {
    return this.#storage.bytes[this.#base + offset] ?? 0;
  }

  /** Leaving the slot fails an assertion, as bootutil's flash map would. */
  write(offset: number, bytes: Uint8Array): void {
    if (offset < 0 || offset + bytes.length > this.size) throw assertionFailed('loader.c');
    this.#storage.write(this.#base + offset, bytes);
  }

  /** Erases one sector. */
  eraseSector(index: number): void {
    const offset = index * this.sector;
    if (offset < 0 || offset + this.sector > this.size) throw assertionFailed('loader.c');
    this.#storage.erase(this.#base + offset, this.sector);
  }

  /** Erases the whole slot, lowest sector first. */
  scramble(): void {
    for (let index = 0; index < this.size / this.sector; index++) this.eraseSector(index);
  }

  /** Erases the sectors of the trailer, the last one first. */
  scrambleTrailer(): void {
    for (let index = this.size / this.sector - 1; index >= this.trailerSector; index--) {
      this.eraseSector(index);
    }
  }

  /** Sectors that a swap of so many bytes takes. bootutil counts up in 32 bits and never ends near their limit. */
  sectorsFor(size: number): number {
    if (size > U32_END - this.sector) throw new BootHalt();
    return Math.max(1, Math.ceil(size / this.sector));
  }
}
