import type { CallOptions } from '#core/capabilities.ts';
import type { FlashOperation } from '#drivers/machine/flash-model.ts';
import { lastLoad } from '#drivers/machine/last-load.ts';
import type { NvmcFlash } from '#drivers/machine/nvmc.ts';
import type { Session } from '#drivers/machine/qemu-chip.ts';

/** Halts are waited for as long as the machine runs; who runs it has deadlines of his own. */
const FOREVER_MS = 24 * 60 * 60_000;
/** Bytes of a part of the page that is looked at closely: a header of MCUboot's, and two magics. */
const PART = 32;

/** A part of flash; addresses count from its beginning. */
export interface FlashPart {
  readonly address: number;
  readonly length: number;
}

/** What is known of a flash before anybody reads it. */
export interface FlashMap extends NvmcFlash {
  /** Whole pages whose reads are told; what lies elsewhere counts as read. */
  readonly watched: readonly FlashPart[];
  /**
   * Where an application runs. What is executed is seen by no watchpoint, so that a page here counts as read unless it
   * was erased before the application announced itself.
   */
  readonly executed: FlashPart;
}

/**
 * Lets a machine run, and keeps account of what it reads of its flash before it erases it: watchpoints on pages, and on
 * parts of one page, that halt it at the first reader of each and are then taken away until the next run.
 */
export class FlashReads {
  /** What was read, in the order in which it first was. */
  readonly parts: FlashPart[];
  readonly #session: Session;
  readonly #map: FlashMap;
  readonly #closely: number | null;
  readonly #erased = new Set<number>();
  #operations: FlashOperation[] = [];

  /** `closely`: the page that is watched in small parts. */
  constructor(session: Session, map: FlashMap, closely: number | null) {
    this.#session = session;
    this.#map = map;
    this.#closely = closely;
    this.parts = [...unwatched(map)];
  }

  /** Sets the watchpoints that are not there yet. The machine is halted. */
  async begin(options: CallOptions): Promise<void> {
    const { watchpoints } = this.#session;
    const wanted = new Map(this.#wanted().map(({ address, length }) => [address, length]));
    for (const [at, length] of watchpoints) if (wanted.get(at) !== length) await this.#remove(at, options);
    for (const [at, length] of wanted) {
      if (watchpoints.has(at)) continue;
      watchpoints.set(at, length);
      await this.#session.process.gdb.insert('read', this.#map.address + at, length, options);
    }
  }

  /** Lets the machine run while something is done with it; gives the operations of that time. The machine halts again. */
  async during(options: CallOptions, work: () => Promise<unknown>): Promise<readonly FlashOperation[]> {
    const { gdb } = this.#session.process;
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

  /** An application runs, or may have run: its code counts as read. */
  tellExecuted(): void {
    const { executed, page } = this.#map;
    for (let at = executed.address; at < executed.address + executed.length; at += page) {
      if (!this.#erased.has(at)) this.parts.push({ address: at, length: page });
    }
  }

  #wanted(): readonly FlashPart[] {
    const { watched, page } = this.#map;
    const pages = watched.flatMap((part) => cutUp(part, page));
    return pages.flatMap((one) => (one.address === this.#closely ? cutUp(one, PART) : [one]));
  }

  /** Sends a machine that a reader halted on its way, until it is halted by us. */
  async #attend(options: CallOptions, isOver: () => boolean): Promise<void> {
    const { gdb } = this.#session.process;
    for (;;) {
      gdb.go();
      const stop = await gdb.untilHalted({ signal: options.signal, deadlineMs: FOREVER_MS });
      if (stop.watch !== null) await this.#tellRead(stop.watch - this.#map.address, options);
      if (isOver()) return;
    }
  }

  /** A watchpoint halted the machine behind its reader, which may have read on beyond it. */
  async #tellRead(at: number, options: CallOptions): Promise<void> {
    await this.#take();
    const { watchpoints, process } = this.#session;
    const load = await lastLoad(process.gdb, options);
    const first = (load?.from ?? this.#map.address + at) - this.#map.address;
    const end =
      load?.from === null ? at + (watchpoints.get(at) ?? 0) + load.length : first + (load?.length ?? 1);
    for (const [address, length] of watchpoints) {
      const isRead = address === at || (address < end && address + length > first);
      if (!isRead) continue;
      if (!this.#erased.has(address - (address % this.#map.page))) this.parts.push({ address, length });
      await this.#remove(address, options);
    }
  }

  async #remove(at: number, options: CallOptions): Promise<void> {
    const { watchpoints, process } = this.#session;
    const length = watchpoints.get(at) ?? 0;
    watchpoints.delete(at);
    await process.gdb.remove('read', this.#map.address + at, length, options);
  }

  async #take(): Promise<void> {
    const { decoder, trace } = this.#session;
    for (const operation of await trace.take((writes) => decoder.take(writes))) {
      if (operation.kind === 'erase') this.#erased.add(operation.address);
      this.#operations.push(operation);
    }
  }
}

function cutUp({ address, length }: FlashPart, size: number): readonly FlashPart[] {
  return Array.from({ length: length / size }, (_, index) => ({
    address: address + index * size,
    length: size,
  }));
}

/** What lies between the parts that are watched. */
function unwatched({ size, watched }: FlashMap): readonly FlashPart[] {
  const sorted = watched.toSorted((a, b) => a.address - b.address);
  const starts = [0, ...sorted.map(({ address, length }) => address + length)];
  const ends = [...sorted.map(({ address }) => address), size];
  return starts
    .map((address, index) => ({ address, length: (ends[index] ?? size) - address }))
    .filter(({ length }) => length > 0);
}
