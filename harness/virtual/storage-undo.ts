import type { WeakCells } from '#virtual/weak-cells.ts';

/** A page as it was before the first change under a mark. */
export interface PageBefore {
  readonly page: number;
  readonly content: Uint8Array;
  readonly erases: number;
  /** As `Storage` counts it. */
  readonly written: number;
  /** Digest of the content, where it was known. */
  readonly digest: Uint8Array | null;
}

type Entry = PageBefore | { readonly fuse: number; readonly before: number } | { readonly weak: WeakCells };

/** What takes changes back. */
export interface Undone {
  page(before: PageBefore): void;
  fuse(word: number, before: number): void;
  weak(cells: WeakCells): void;
}

/** Changes of a storage under its marks, newest last. Page copies are used again, so that a sweep makes no garbage. */
export class UndoLog {
  readonly #entries: Entry[] = [];
  readonly #spare: Uint8Array[] = [];
  /** For each page, the mark under which its content was last kept. */
  readonly #keptUnder: Uint32Array;
  readonly #page: number;
  #serial = 0;
  #open = 0;

  constructor(pages: number, page: number) {
    this.#keptUnder = new Uint32Array(pages);
    this.#page = page;
  }

  /** Whether a mark is open. */
  get active(): boolean {
    return this.#open > 0;
  }

  /** Opens a mark; the depth to go back to. */
  mark(): number {
    this.#open += 1;
    this.#serial += 1;
    return this.#entries.length;
  }

  /** Takes back everything since the mark, and ends it. */
  rewind(depth: number, undone: Undone): void {
    while (this.#entries.length > depth) {
      const entry = this.#entries.pop();
      if (entry === undefined) break;
      if ('page' in entry) {
        undone.page(entry);
        this.#spare.push(entry.content);
      } else if ('fuse' in entry) undone.fuse(entry.fuse, entry.before);
      else undone.weak(entry.weak);
    }
    this.#open -= 1;
    this.#serial += 1;
  }

  /** Whether this page is still to be kept under the newest mark. */
  wants(page: number): boolean {
    return this.#open > 0 && this.#keptUnder[page] !== this.#serial;
  }

  /** Keeps a page; its content is copied. */
  keepPage(before: PageBefore): void {
    const copy = this.#spare.pop() ?? new Uint8Array(this.#page);
    copy.set(before.content);
    this.#keptUnder[before.page] = this.#serial;
    this.#entries.push({ ...before, content: copy });
  }

  keepFuse(fuse: number, before: number): void {
    if (this.#open > 0) this.#entries.push({ fuse, before });
  }

  keepWeak(weak: WeakCells): void {
    if (this.#open > 0) this.#entries.push({ weak });
  }
}
