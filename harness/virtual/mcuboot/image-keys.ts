import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import type { ImageReader } from '#codecs/mcuboot-recipient.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import { cross, isEncrypted } from '#virtual/mcuboot/image-cipher.ts';
import { entryOf, keyCellLength, type KeyEntry } from '#virtual/mcuboot/key-entry.ts';
import type { Encryption } from '#virtual/mcuboot/profile.ts';
import type { ImageSource, Slot } from '#virtual/mcuboot/slot.ts';
import { findEntryOf, tlvAreaOf } from '#virtual/mcuboot/tlv-walk.ts';

/** The slot an image is in, or came from. */
export type Side = 'primary' | 'secondary';

const SIDES: readonly Side[] = ['primary', 'secondary'];

/** What came of looking for an image's key. bootutil goes on with `absent` as if it had the key already. */
export type KeySearch = 'found' | 'known' | 'absent' | 'failed';

/** The keys that the boot loader holds while images are encrypted on their way: in RAM, and during a swap in the journal. */
export class ImageKeys {
  readonly #build: Encryption;
  readonly #reader: ImageReader;
  readonly #entry: KeyEntry;
  readonly #inUse = new Map<Side, Uint8Array>();
  /** What the journal takes down of each: the key, or the entry that brought it. */
  readonly #noted = new Map<Side, Uint8Array>();
  #headers: Headers | null = null;

  constructor(build: Encryption, reader: ImageReader) {
    this.#build = build;
    this.#reader = reader;
    this.#entry = entryOf(build);
  }

  /** The key in use for an image; null: none. */
  get(side: Side): Uint8Array | null {
    return this.#inUse.get(side) ?? null;
  }

  /** Takes an image's key out of its entries. */
  load(side: Side, image: ImageSource, header: McubootHeader): KeySearch {
    if (this.#inUse.has(side)) return 'known';
    const area = tlvAreaOf(image, header);
    if (area === null) return 'failed';
    const entry = findEntryOf(image, header, area, this.#entry.type);
    if (entry === null) return 'failed';
    if (entry === undefined) return 'absent';
    if (entry.length !== this.#entry.length) return 'failed';
    const value = image.read(entry.offset, entry.length)?.slice() ?? new Uint8Array();
    if (this.#build.keepsEntry === true) this.#noted.set(side, value);
    return this.#use(side, value) ? 'found' : 'failed';
  }

  /** As `load`, at the start of a swap: an image that is not encrypted has no key. False where the key cannot be had. */
  prepare(side: Side, image: ImageSource, header: McubootHeader): boolean {
    if (isEncrypted(header)) return this.load(side, image, header) !== 'failed';
    if (this.#build.keepsEntry !== true) this.#noted.delete(side);
    return true;
  }

  /** The headers of the images as the swap found them: they say what is payload. */
  begin(headers: Headers): void {
    this.#headers = headers;
  }

  /** A piece of an image as it has to be on the other side of the boundary of the primary slot. */
  cross(side: Side, bytes: Uint8Array, offset: number): Uint8Array {
    const header = this.#headers?.[side];
    if (header === undefined || !isEncrypted(header)) return bytes;
    return cross(bytes, offset, header, this.get(side));
  }

  /** Takes both down in a journal; where there is no key, erased value. */
  write(journal: Slot): void {
    for (const [index, side] of SIDES.entries()) {
      const offset = journal.at.keys?.[index];
      if (offset === undefined) continue;
      const cell = new Uint8Array(keyCellLength(this.#build, journal.shape.maxAlign)).fill(0xff);
      cell.set(this.#noted.get(side) ?? []);
      journal.write(offset, cell);
    }
  }

  /** Takes both from the journal of a swap that was interrupted; how many were not there. */
  read(journal: Slot): number {
    const length = keyCellLength(this.#build, journal.shape.maxAlign);
    let missing = 0;
    for (const [index, side] of SIDES.entries()) {
      const cell = journal.read(journal.at.keys?.[index] ?? -1, length);
      if (cell === null || cell.every((byte) => byte === 0xff)) missing += 1;
      else this.#take(side, cell.slice());
    }
    return missing;
  }

  #take(side: Side, cell: Uint8Array): void {
    const { keepsEntry, bits } = this.#build;
    this.#noted.set(side, cell);
    if (keepsEntry === true) this.#use(side, cell.subarray(0, this.#entry.length));
    else this.#inUse.set(side, cell.subarray(0, bits / 8));
  }

  #use(side: Side, value: Uint8Array): boolean {
    const key = this.#reader.unwrap({ type: this.#entry.type, value });
    if (key?.length !== this.#build.bits / 8) return false;
    if (this.#build.keepsEntry !== true) this.#noted.set(side, key);
    this.#inUse.set(side, key);
    return true;
  }
}
