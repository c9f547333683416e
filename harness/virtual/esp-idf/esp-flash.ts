import type { FlashCipher } from '#virtual/esp-idf/flash-cipher.ts';
import type { Storage } from '#virtual/storage.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** Addresses that a chip encrypts, end exclusive; sectors are whole. */
export interface EncryptedRange {
  readonly from: number;
  readonly to: number;
}

/** Flash encryption of a chip: the key in its eFuses, and what of the flash it is used for. */
export interface FlashEncryption {
  readonly cipher: FlashCipher;
  readonly ranges: readonly EncryptedRange[];
}

/**
 * Flash as the processor sees it, through the chip's flash encryption where that is on: what lies there is ciphertext, an
 * erased sector reads as noise, and so does a block of 16 bytes whose write was interrupted.
 */
export class EspFlash {
  readonly shape: StorageShape;
  /** Bytes that a write must be a multiple of. */
  readonly writeUnit: number;
  readonly #storage: Storage;
  readonly #encryption: FlashEncryption | null;
  /** As far as it is known: the plain text of the pages in `#seen`. */
  readonly #plain: Uint8Array;
  /** Ciphertext that `#plain` belongs to, by page. */
  readonly #seen = new Map<number, Uint8Array>();

  constructor(storage: Storage, encryption: FlashEncryption | null = null) {
    this.shape = storage.shape;
    this.writeUnit = encryption?.cipher.unit ?? storage.shape.word;
    this.#storage = storage;
    this.#encryption = encryption;
    this.#plain = encryption === null ? storage.bytes : new Uint8Array(storage.shape.size);
  }

  /** The whole flash. For reading only, and only until the next change. */
  get bytes(): Uint8Array {
    return this.view(0, this.shape.size);
  }

  /** Part of the flash. For reading only, and only until the next change. */
  view(from: number, to: number): Uint8Array {
    if (this.#encryption !== null) this.#refresh(from, Math.min(to, this.shape.size));
    return this.#plain.subarray(from, to);
  }

  /** Erases whole sectors. */
  erase(address: number, length: number): void {
    this.#storage.erase(address, length);
  }

  /** Programs bytes; a multiple of `writeUnit`. */
  write(address: number, bytes: Uint8Array): void {
    this.#storage.write(address, this.#isEncrypted(address) ? this.#encrypt(address, bytes) : bytes);
  }

  #encrypt(address: number, bytes: Uint8Array): Uint8Array {
    return this.#encryption?.cipher.encrypt(address, bytes) ?? bytes;
  }

  #isEncrypted(address: number): boolean {
    return this.#encryption?.ranges.some(({ from, to }) => address >= from && address < to) ?? false;
  }

  /** Deciphers the pages that changed since they were last looked at. */
  #refresh(from: number, to: number): void {
    const { page } = this.shape;
    for (let at = from - (from % page); at < to; at += page) {
      const stored = this.#storage.bytes.subarray(at, at + page);
      const seen = this.#seen.get(at);
      if (seen !== undefined && Buffer.compare(seen, stored) === 0) continue;
      const content = new Uint8Array(stored);
      this.#seen.set(at, content);
      const plain = this.#isEncrypted(at) ? this.#encryption?.cipher.decrypt(at, content) : content;
      this.#plain.set(plain ?? content, at);
    }
  }
}
