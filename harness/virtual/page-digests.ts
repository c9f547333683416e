import { createHash, hash } from 'node:crypto';
import type { Storage, StorageOperation } from '#virtual/storage.ts';

const DIGEST = 32;

/**
 * A digest of a whole storage that costs only what changed: SHA-256 over the SHA-256 of every page, then the fuse words.
 * `base` is the state that sweeps come back to; pages touched since are hashed anew for each digest.
 */
export class PageDigests {
  readonly #storage: Storage;
  readonly #base: Uint8Array;
  readonly #touched = new Set<number>();

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#base = new Uint8Array((storage.shape.size / storage.shape.page) * DIGEST);
    for (let page = 0; page * DIGEST < this.#base.length; page++) this.#hashInto(this.#base, page);
  }

  /** Tells that an operation is about to change pages. */
  touch(operation: StorageOperation): void {
    if (operation.kind === 'fuse') return;
    const { page } = this.#storage.shape;
    const length = operation.kind === 'write' ? operation.data.length : operation.length;
    for (let at = Math.floor(operation.address / page); at * page < operation.address + length; at++) {
      this.#touched.add(at);
    }
  }

  /** Hex digest of the storage as it is now. */
  digest(): string {
    const pages = this.#base.slice();
    for (const page of this.#touched) this.#hashInto(pages, page);
    const { buffer, byteOffset, byteLength } = this.#storage.fuses;
    return createHash('sha256')
      .update(pages)
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
  }

  /** The storage is back at the base state. */
  forget(): void {
    this.#touched.clear();
  }

  /** What is touched now belongs to the base state. */
  rebase(): void {
    for (const page of this.#touched) this.#hashInto(this.#base, page);
    this.#touched.clear();
  }

  #hashInto(digests: Uint8Array, page: number): void {
    const { bytes, shape } = this.#storage;
    const content = bytes.subarray(page * shape.page, (page + 1) * shape.page);
    digests.set(hash('sha256', content, 'buffer'), page * DIGEST);
  }
}
