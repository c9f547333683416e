/** What is known of each page: how often it was erased, and from where on it still is. */
export class PageStates {
  /** Erases since construction, by page. */
  readonly erases: Uint32Array;
  /** How far from its begin on something may be programmed, by page; what follows is erased. */
  readonly #written: Uint32Array;
  readonly #page: number;

  constructor(pages: number, page: number) {
    this.erases = new Uint32Array(pages);
    this.#written = new Uint32Array(pages);
    this.#page = page;
  }

  writtenOf(page: number): number {
    return this.#written[page] ?? this.#page;
  }

  /** Whether a stretch, which must lie in one page, is surely erased. */
  isErased(address: number, length: number): boolean {
    const from = address % this.#page;
    return from + length <= this.#page && from >= this.writtenOf((address - from) / this.#page);
  }

  /** A page is erased once more, well or not. */
  wear(address: number): void {
    const page = address / this.#page;
    this.erases[page] = (this.erases[page] ?? 0) + 1;
    this.#written[page] = 0;
  }

  /** Something may be programmed there from now on. */
  write(address: number, length: number): void {
    for (let page = Math.floor(address / this.#page); page * this.#page < address + length; page++) {
      const end = Math.min(this.#page, address + length - page * this.#page);
      this.#written[page] = Math.max(this.writtenOf(page), end);
    }
  }

  restore(page: number, erases: number, written: number): void {
    this.erases[page] = erases;
    this.#written[page] = written;
  }

  /** Nothing is known of the content. */
  forget(): void {
    this.#written.fill(this.#page);
  }
}
