import type { FlashOperation } from '#virtual/hosted/chip.ts';

/** Stands in for the length of what is erased, so that it is told from a write. */
const ERASED = 0x8000_0000;

/** Operations of a run, kept small: thousands of runs are remembered, each of up to some ten thousand operations. */
export class PackedOperations {
  readonly #places: Uint32Array;
  readonly #data: Uint8Array;

  constructor(operations: readonly FlashOperation[]) {
    this.#places = new Uint32Array(2 * operations.length);
    operations.forEach((operation, index) => {
      const length = operation.kind === 'erase' ? operation.length | ERASED : operation.data.length;
      this.#places.set([operation.address, length >>> 0], 2 * index);
    });
    this.#data = Uint8Array.from(
      Buffer.concat(operations.flatMap((one) => (one.kind === 'write' ? [one.data] : []))),
    );
  }

  get bytes(): number {
    return this.#places.byteLength + this.#data.length;
  }

  *[Symbol.iterator](): Generator<FlashOperation> {
    let from = 0;
    for (let index = 0; index < this.#places.length; index += 2) {
      const [address = 0, length = 0] = this.#places.subarray(index, index + 2);
      if (length >= ERASED) yield { kind: 'erase', address, length: length - ERASED };
      else yield { kind: 'write', address, data: this.#data.subarray(from, (from += length)) };
    }
  }
}
