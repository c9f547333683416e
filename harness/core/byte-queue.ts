import { BenchError } from '#core/errors.ts';

/** Bytes that may wait for their reader. */
const LIMIT = 1 << 20;

/**
 * Bytes between one writer and one reader that run at their own pace. Bounded: a reader that never comes costs at most
 * `limit` bytes and is told so when it comes.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #name: string;
  readonly #limit: number;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #end: { readonly error: Error | null } | null = null;
  #wake: (() => void) | null = null;

  constructor(name: string, limit = LIMIT) {
    this.#name = name;
    this.#limit = limit;
  }

  push(bytes: Uint8Array): void {
    if (this.#end !== null || bytes.length === 0) return;
    if (this.#size + bytes.length > this.#limit) {
      this.end(this.#overflow());
      return;
    }
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    this.#wake?.();
  }

  /** No more will come; with an error the reader gets it after the last bytes. */
  end(error: Error | null = null): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      for (const chunk of this.#take()) yield chunk;
      if (this.#size > 0) continue;
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  #take(): Uint8Array[] {
    this.#size = 0;
    return this.#waiting.splice(0);
  }

  #overflow(): BenchError {
    return new BenchError({
      code: 'reader-too-slow',
      message: `more bytes came over ${this.#name} than were read`,
      expected: `at most ${this.#limit} bytes waiting`,
      remedy: 'read the channel while it is open, or close it',
    });
  }
}
