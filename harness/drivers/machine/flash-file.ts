import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BenchError } from '#core/errors.ts';

/** The flash of a machine as a raw file of the host: whoever likes may edit it while the machine is off. */
export class FlashFile {
  readonly path: string;
  readonly #size: number;

  constructor(path: string, size: number) {
    this.path = path;
    this.#size = size;
  }

  /** BenchErrors `flash-file`, where it cannot be read or was made longer or shorter. */
  read(): Uint8Array {
    const bytes = this.#attempt(() => readFileSync(this.path));
    if (bytes.length === this.#size) return bytes;
    throw new BenchError({
      code: 'flash-file',
      message: `the flash file ${this.path} has the wrong length`,
      expected: `${this.#size} bytes`,
      got: `${bytes.length} bytes`,
      remedy: 'put a whole flash into it; the length never changes',
    });
  }

  /** Replaces the content at once, so that nobody ever sees half of it. */
  write(content: Uint8Array): void {
    this.#attempt(() => {
      writeFileSync(`${this.path}.new`, content);
      renameSync(`${this.path}.new`, this.path);
    });
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new BenchError({
        code: 'flash-file',
        message: `the flash file ${this.path} cannot be used`,
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: 'check the rights of its folder and the room on its disk',
        cause,
      });
    }
  }
}
