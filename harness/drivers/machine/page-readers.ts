import type { CallOptions } from '#core/capabilities.ts';
import type { FlashOperation } from '#drivers/machine/flash-model.ts';
import type { NvmcFlash } from '#drivers/machine/nvmc.ts';
import type { Session } from '#drivers/machine/qemu-chip.ts';

/** Halts are waited for as long as the machine runs; who runs it has deadlines of his own. */
const FOREVER_MS = 24 * 60 * 60_000;

/**
 * Lets a machine run, and watches whether it reads a page of its flash before it has erased it: a watchpoint halts it at
 * the first reader.
 */
export class PageReaders {
  readonly #session: Session;
  readonly #flash: NvmcFlash;
  readonly #page: number | null;
  #isWatched = false;
  #isErased = false;
  #wasRead = false;
  #operations: FlashOperation[] = [];

  constructor(session: Session, flash: NvmcFlash, page: number | null) {
    this.#session = session;
    this.#flash = flash;
    this.#page = page;
  }

  /** Whether nobody has read what the page held; false where none is watched. */
  get unread(): boolean {
    return this.#page !== null && !this.#wasRead;
  }

  /** Lets the machine run while something is done with it; gives the operations of that time. The machine halts again. */
  async during(options: CallOptions, work: () => Promise<unknown>): Promise<readonly FlashOperation[]> {
    const { gdb } = this.#session.process;
    await this.#watch(options);
    this.#operations = [];
    let isOver = false;
    const attending = this.#attend(options, () => isOver);
    try {
      await Promise.race([work(), attending]);
    } finally {
      isOver = true;
      gdb.interrupt();
      await attending;
    }
    await this.#take();
    return this.#operations;
  }

  /** Takes the watchpoint away. */
  async stop(options: CallOptions): Promise<void> {
    if (!this.#isWatched || this.#page === null) return;
    this.#isWatched = false;
    const { address, page } = this.#flash;
    await this.#session.process.gdb.remove('read', address + this.#page, page, options);
  }

  async #watch(options: CallOptions): Promise<void> {
    if (this.#page === null || this.#isWatched || this.#isErased || this.#wasRead) return;
    this.#isWatched = true;
    const { address, page } = this.#flash;
    await this.#session.process.gdb.insert('read', address + this.#page, page, options);
  }

  /** Sends a machine that a reader halted on its way, until it is halted by us. */
  async #attend(options: CallOptions, isOver: () => boolean): Promise<void> {
    const { gdb } = this.#session.process;
    for (;;) {
      gdb.go();
      const stop = await gdb.untilHalted({ signal: options.signal, deadlineMs: FOREVER_MS });
      if (stop.watch !== null) {
        await this.#take();
        this.#wasRead ||= !this.#isErased;
        await this.stop(options);
      }
      if (isOver()) return;
    }
  }

  async #take(): Promise<void> {
    const { decoder, trace } = this.#session;
    const operations = decoder.take(await trace.take());
    this.#isErased ||= operations.some(({ kind, address }) => kind === 'erase' && address === this.#page);
    for (const operation of operations) this.#operations.push(operation);
  }
}
