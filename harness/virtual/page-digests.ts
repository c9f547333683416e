import { hash } from 'node:crypto';
import { ContentMemo } from '#virtual/content-memo.ts';

const DIGEST = 32;
/** Contents of a page that a sweep comes back to: erased, old, new, and what the trailer goes through. */
const CONTENTS = 6;

type Memo = ContentMemo<Uint8Array>;

/** SHA-256 of each page of a flash, made anew only where a page changed. */
export class PageDigests {
  readonly #flash: Uint8Array;
  readonly #page: number;
  readonly #digests: Uint8Array;
  /** 1 where the digest is out of date. */
  readonly #stale: Uint8Array;
  readonly #changed: number[] = [];
  /** By page, from its first digest on. */
  readonly #memos: Memo[] = [];

  constructor(flash: Uint8Array, page: number) {
    this.#flash = flash;
    this.#page = page;
    const pages = flash.length / page;
    this.#digests = new Uint8Array(pages * DIGEST);
    this.#stale = new Uint8Array(pages);
    for (let number = 0; number < pages; number++) this.touch(number);
  }

  /** A page is about to change. */
  touch(page: number): void {
    if (this.#stale[page] === 1) return;
    this.#stale[page] = 1;
    this.#changed.push(page);
  }

  /** The digest of a page, where it is up to date. */
  known(page: number): Uint8Array | null {
    return this.#stale[page] === 1 ? null : this.#digests.slice(page * DIGEST, (page + 1) * DIGEST);
  }

  /** A page is back at a content whose digest is known. */
  restore(page: number, digest: Uint8Array): void {
    this.#digests.set(digest, page * DIGEST);
    this.#stale[page] = 0;
  }

  /** SHA-256, hex, over the digests of all pages, and then `rest`. */
  digest(...rest: readonly Uint8Array[]): string {
    this.#refresh();
    return hash('sha256', Buffer.concat([this.#digests, ...rest]), 'hex');
  }

  /** Text that is the same only where this part of flash holds the same; short for whole pages. */
  contentOf(from: number, length: number): string {
    const isWhole = from % this.#page === 0 && length % this.#page === 0;
    if (!isWhole) return Buffer.from(this.#flash.subarray(from, from + length)).toString('latin1');
    this.#refresh();
    const digest = (at: number) => (at / this.#page) * DIGEST;
    return Buffer.from(this.#digests.buffer).toString('latin1', digest(from), digest(from + length));
  }

  #refresh(): void {
    for (const page of this.#changed) {
      if (this.#stale[page] === 0) continue;
      this.#memos[page] ??= new ContentMemo((content) => hash('sha256', content, 'buffer'), CONTENTS);
      this.#digests.set(this.#memos[page].of(this.content(page)), page * DIGEST);
      this.#stale[page] = 0;
    }
    this.#changed.length = 0;
  }

  /** Bytes of a page, as they are in flash. */
  content(page: number): Uint8Array {
    return this.#flash.subarray(page * this.#page, (page + 1) * this.#page);
  }
}
