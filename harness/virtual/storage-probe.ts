import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { PowerLost, type Storage } from '#virtual/storage.ts';

/** What a virtual debug probe is attached to. */
export interface StorageProbeOptions {
  readonly storage: Pick<Storage, 'shape' | 'bytes' | 'erase' | 'write'>;
  /** Stops the processor, so that no flash work is under way. */
  halt(): void;
  /** Protection and counter state, for the report. */
  fuses(): Readonly<Record<string, string>>;
}

/** A debug probe on simulated flash: reads any bytes, and writes any by erasing and rewriting the pages touched. */
export class StorageProbe implements FlashProbe {
  readonly #options: StorageProbeOptions;

  constructor(options: StorageProbeOptions) {
    this.#options = options;
  }

  read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    return this.#do(options, () => {
      this.#check(address, length);
      return this.#options.storage.bytes.slice(address, address + length);
    });
  }

  write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    return this.#do(options, () => {
      this.#check(address, bytes.length);
      this.#rewrite(address, bytes);
    });
  }

  fuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    return this.#do(options, () => this.#options.fuses());
  }

  #rewrite(address: number, bytes: Uint8Array): void {
    const { storage } = this.#options;
    const { page } = storage.shape;
    const start = address - (address % page);
    const end = Math.ceil((address + bytes.length) / page) * page;
    const pages = storage.bytes.slice(start, end);
    pages.set(bytes, address - start);
    storage.erase(start, end - start);
    storage.write(start, pages);
  }

  #check(address: number, length: number): void {
    const { size } = this.#options.storage.shape;
    const fits = Number.isInteger(address) && Number.isInteger(length) && address >= 0 && length >= 0;
    if (fits && address + length <= size) return;
    throw new UsageError({
      code: 'flash-address',
      message: 'the flash range lies outside the chip',
      expected: `within 0x${size.toString(16)} bytes`,
      got: `${length} bytes at ${address}`,
      remedy: 'take addresses from the areas of the board',
    });
  }

  #do<T>(options: CallOptions, action: () => T): Promise<T> {
    try {
      options.signal.throwIfAborted();
      this.#options.halt();
      return Promise.resolve(action());
    } catch (error) {
      return Promise.reject(error instanceof PowerLost ? cutWhileProbing(error) : (error as Error));
    }
  }
}

function cutWhileProbing(cause: PowerLost): BenchError {
  return new BenchError({
    code: 'cut-while-probing',
    message: 'an armed power cut struck while the probe wrote flash',
    remedy: 'arm the cut after staging',
    cause,
  });
}
