import { createHash } from 'node:crypto';
import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { WearMeter } from '#core/board-care.ts';
import { ESP_SECTOR } from '#codecs/esp-loader.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';
import { EspLoader } from '#drivers/probe/esp-loader/loader.ts';
import type { EspLoaderSettings } from '#drivers/probe/esp-loader/prepare.ts';
import { checkFlashRange, pagesOf, type ProbedFlash } from '#drivers/probe/flash-range.ts';
import type { WantedFlash } from '#drivers/probe/restore-pages.ts';

/** What the probe stands on. */
export interface EspLoaderProbeOptions {
  /** The board's serial line, for the probe alone until it closes it. */
  borrow(): SerialLine;
  readonly clock: Clock;
  readonly settings: EspLoaderSettings;
  /** Bytes of flash. */
  readonly size: number;
  /** Starts the application of a board whose control lines are not wired. */
  restart(options: CallOptions): Promise<void>;
  readonly wear?: WearMeter;
}

/** Compared at a time when flash is restored. */
const STEP = 0x10000;

/**
 * Flash through the chip's serial loader. To read, the board is restarted into its loader and then into its application
 * again; after a write it stays in the loader, so that nothing runs between two writes, until it is restarted.
 */
export class EspLoaderProbe implements FlashProbe, AsyncDisposable {
  readonly #options: EspLoaderProbeOptions;
  readonly #flash: ProbedFlash;
  #loader: EspLoader | null = null;
  /** Something was written since the application last ran. */
  #hasWritten = false;
  /** Calls are carried out one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: EspLoaderProbeOptions) {
    this.#options = options;
    this.#flash = { address: 0, size: options.size, page: ESP_SECTOR };
  }

  async read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    checkFlashRange(this.#flash, address, length);
    return this.#briefly((loader) => loader.read(address, length, options), options);
  }

  async write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    checkFlashRange(this.#flash, address, bytes.length);
    if (bytes.length === 0) return;
    await this.#writing((loader) => this.#rewrite(loader, address, bytes, options), options);
  }

  /** MAC address and eFuses, by the names of the chip's eFuse table. */
  fuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    return this.#briefly(
      async (loader) => ({ MAC: await loader.registers.mac(options), ...(await loader.efuses(options)) }),
      options,
    );
  }

  /** Makes flash what it ought to be, from sector starts on: digests tell where it is not. Gives how many bytes were written. */
  async restore(wanted: readonly WantedFlash[], options: CallOptions): Promise<number> {
    return this.#writing(async (loader) => {
      let written = 0;
      for (const { address, bytes } of wanted) {
        if (await holds(loader, address, bytes, options)) continue;
        for (let at = 0; at < bytes.length; at += STEP) {
          const piece = bytes.subarray(at, at + STEP);
          if (await holds(loader, address + at, piece, options)) continue;
          this.#options.wear?.erased(address + at, piece.length);
          await loader.write(address + at, piece, options);
          written += piece.length;
        }
      }
      return written;
    }, options);
  }

  /** Gives the line back; `run`: the application is started. */
  leave(how: 'run' | 'as-it-is', options: CallOptions): Promise<void> {
    return this.#inTurn(() => this.#leave(how, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave('as-it-is', { signal: new AbortController().signal });
  }

  async #leave(how: 'run' | 'as-it-is', options: CallOptions): Promise<void> {
    const loader = this.#loader;
    this.#loader = null;
    this.#hasWritten = false;
    if (loader === null) return;
    if (how === 'as-it-is') await loader.close();
    else if (!(await loader.run(options))) await this.#options.restart(options);
  }

  #writing<T>(work: (loader: EspLoader) => Promise<T>, options: CallOptions): Promise<T> {
    return this.#inTurn(() => {
      this.#hasWritten = true;
      return this.#with(work, options);
    });
  }

  /** The application goes on behind the last of several reads. */
  #briefly<T>(work: (loader: EspLoader) => Promise<T>, options: CallOptions): Promise<T> {
    return this.#inTurn(async () => {
      const result = await this.#with(work, options);
      if (!this.#hasWritten && this.#waiting === 1) await this.#leave('run', options);
      return result;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#last.then(work).finally(() => (this.#waiting -= 1));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** A loader that failed at something is not asked again: the next call starts it anew. */
  async #with<T>(work: (loader: EspLoader) => Promise<T>, options: CallOptions): Promise<T> {
    const { clock, settings } = this.#options;
    this.#loader ??= await EspLoader.open(this.#options.borrow(), clock, settings, options);
    try {
      return await work(this.#loader);
    } catch (error) {
      await this.#leave('as-it-is', options);
      throw error;
    }
  }

  /** Sectors that are written in part are read first. */
  async #rewrite(loader: EspLoader, address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const { start, length } = pagesOf(this.#flash, address, bytes.length);
    const whole = new Uint8Array(length);
    const before = address - start;
    const behind = before + bytes.length;
    whole.set(await loader.read(start, before, options));
    whole.set(bytes, before);
    whole.set(await loader.read(start + behind, length - behind, options), behind);
    this.#options.wear?.erased(start, whole.length);
    await loader.write(start, whole, options);
  }
}

async function holds(
  loader: EspLoader,
  address: number,
  bytes: Uint8Array,
  options: CallOptions,
): Promise<boolean> {
  const wanted = createHash('md5').update(bytes).digest('hex');
  return (await loader.md5(address, bytes.length, options)) === wanted;
}
