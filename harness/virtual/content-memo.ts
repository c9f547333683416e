/**
 * Remembers what a pure function gave for the last few contents, recognised by the content itself: comparing 64 KiB is
 * far faster than hashing them, and a power-cut sweep boots the same two images thousands of times.
 */
export class ContentMemo<T> {
  readonly #compute: (content: Uint8Array) => T;
  readonly #limit: number;
  /** Asked for most recently first. */
  readonly #known: { readonly content: Uint8Array; readonly value: T }[] = [];

  constructor(compute: (content: Uint8Array) => T, limit: number) {
    this.#compute = compute;
    this.#limit = limit;
  }

  of(content: Uint8Array): T {
    const place = this.#known.findIndex(
      (entry) => entry.content.length === content.length && Buffer.compare(entry.content, content) === 0,
    );
    const known = this.#known[place];
    if (known !== undefined) {
      if (place > 0) this.#known.unshift(...this.#known.splice(place, 1));
      return known.value;
    }
    const value = this.#compute(content);
    if (this.#known.length === this.#limit) this.#known.pop();
    this.#known.unshift({ content: new Uint8Array(content), value });
    return value;
  }
}
