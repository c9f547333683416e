import type { FlashArea } from '#core/board.ts';
import { trailerOffsets, type TrailerOffsets, type TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { assertionFailed, BootHalt } from '#virtual/mcuboot/halt.ts';
import type { Storage } from '#virtual/storage.ts';

const U32_END = 2 ** 32;

/** Where MCUboot's areas lie. */
export interface McubootLayout {
  readonly primary: FlashArea;
  readonly secondary: FlashArea;
  /** Slots of the second image, where the boot loader keeps two. */
  readonly second?: { readonly primary: FlashArea; readonly secondary: FlashArea };
  /** Swap-using-scratch alone. */
  readonly scratch?: FlashArea;
  /** RAM that images may be loaded to; RAM-load alone. */
  readonly ram?: RamWindow;
}

/** A stretch of addresses in RAM: BOOT_IMAGE_EXECUTABLE_RAM_START and _SIZE. */
export interface RamWindow {
  readonly start: number;
  readonly size: number;
}

/** How a build lays out its trailers. */
export type TrailerBuild = Omit<TrailerShape, 'slotSize' | 'writeSize'>;

/** Bytes that an image is read from, its header at 0. */
export interface ImageSource {
  /** Size of the area it lies in. */
  readonly size: number;
  /** A view; null where it would leave the area. */
  read(offset: number, length: number): Uint8Array | null;
}

/** One slot of flash, addressed from its start. Reads see flash as it is; writes and erases can end in `PowerLost`. */
export class Slot implements ImageSource {
  readonly name: string;
  readonly size: number;
  /** Flash page, the unit of swapping. */
  readonly sector: number;
  /** How many there are. */
  readonly sectors: number;
  readonly word: number;
  readonly shape: TrailerShape;
  readonly at: TrailerOffsets;
  /** First sector that holds a part of the trailer. */
  readonly trailerSector: number;
  readonly #storage: Storage;
  readonly #base: number;

  constructor(storage: Storage, area: FlashArea, trailer: TrailerBuild) {
    const { page, word } = storage.shape;
    this.#storage = storage;
    this.#base = area.offset;
    this.name = area.name;
    this.size = area.size;
    this.sector = page;
    this.sectors = Math.floor(area.size / page);
    this.word = word;
    this.shape = { ...trailer, slotSize: area.size, writeSize: word };
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

  read(offset: number, length: number): Uint8Array | null {
    if (offset < 0 || length < 0 || offset + length > this.size) return null;
    return this.#storage.bytes.subarray(this.#base + offset, this.#base + offset + length);
  }

  /** An image that begins behind the slot's start. */
  imageAt(start: number): ImageSource {
    if (start === 0) return this;
    return { size: this.size, read: (offset, length) => this.read(start + offset, length) };
  }

  byte(offset: number): number {
    return this.#storage.bytes[this.#base + offset] ?? 0;
  }

  /** Leaving the slot fails an assertion, as bootutil's flash map would. */
  write(offset: number, bytes: Uint8Array): void {
    if (offset < 0 || offset + bytes.length > this.size) throw assertionFailed('loader.c');
    this.#storage.write(this.#base + offset, bytes);
  }

  /** Whether a sector reads as erased. */
  isBlank(index: number): boolean {
    return this.read(index * this.sector, this.sector)?.every((byte) => byte === 0xff) ?? false;
  }

  /** Erases one sector. */
  eraseSector(index: number): void {
    const offset = index * this.sector;
    if (offset < 0 || offset + this.sector > this.size) throw assertionFailed('loader.c');
    this.#storage.erase(this.#base + offset, this.sector);
  }

  /** Erases sectors, the lowest first; `end` is not one of them. */
  eraseSectors(first: number, end: number): void {
    for (let index = first; index < end; index++) this.eraseSector(index);
  }

  /** Erases the sectors from `first` to the slot's end, the last one first. */
  eraseBackwards(first: number): void {
    for (let index = this.sectors - 1; index >= first; index--) this.eraseSector(index);
  }

  /** Erases the whole slot, lowest sector first. */
  scramble(): void {
    this.eraseSectors(0, this.sectors);
  }

  /** Erases the sectors of the trailer, the last one first. */
  scrambleTrailer(): void {
    this.eraseBackwards(this.trailerSector);
  }

  /** Sectors that a swap of so many bytes takes. bootutil counts up in 32 bits and never ends near their limit. */
  sectorsFor(size: number): number {
    if (size > U32_END - this.sector) throw new BootHalt();
    return Math.max(1, Math.ceil(size / this.sector));
  }
}
