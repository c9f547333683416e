import type { CallOptions } from '#core/capabilities.ts';
import { type AssayError, BenchError, explain, isAssayError } from '#core/errors.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import { meteredUpdate } from '#engine/care/metered-update.ts';
import type { WearBook } from '#engine/care/wear-book.ts';

/** What was proven of a board at one end of a scenario. */
export interface BoardProof {
  readonly when: 'before' | 'after';
  /** Null: it cannot be read on this rig. */
  readonly chipId: string | null;
  /** Whether the bench names this chip; else it is the one that was found first. */
  readonly named: boolean;
  /** The page erased most often, over all runs; null where wear is not counted. */
  readonly worst: { readonly page: number; readonly erases: number } | null;
  readonly wearBudget: number | null;
}

export interface GuardOptions {
  readonly entry: BoardEntry;
  readonly rig: OpenRig;
  readonly book: WearBook;
}

/** The name under which a board's wear is kept. */
export function wearKey({ care, facts }: BoardEntry): string {
  return care?.chipId?.toLowerCase() ?? facts.id;
}

/**
 * Watches over one opened board: it is the one that the bench names, it comes back to its golden image, and its flash is
 * not worn beyond its budget. A board that fails in any of these is quarantined: nothing touches it any more.
 */
export class BoardGuard {
  /** The rig, whose `prepare` is guarded and whose updates are counted. */
  readonly rig: OpenRig;
  readonly #options: GuardOptions;
  #chipId: string | null = null;
  #quarantine: AssayError | null = null;

  constructor(options: GuardOptions) {
    const { entry, rig, book } = options;
    this.#options = options;
    const prepare = (call: CallOptions) => this.#prepare(call);
    const meter = book.meter(wearKey(entry), entry.facts.flash.page);
    const isWorn = entry.kind === 'board' && rig.update !== undefined;
    const update =
      isWorn && rig.update !== undefined ? { update: meteredUpdate(rig.update, entry.facts, meter) } : {};
    this.rig = { ...rig, ...update, prepare };
  }

  /** Why the board is left alone; null while it is not. */
  get quarantine(): AssayError | null {
    return this.#quarantine;
  }

  /** What can be proven of the board here and now; null where nothing of it can be read. BenchError `other-board`. */
  async prove(when: BoardProof['when'], signal: AbortSignal): Promise<BoardProof | null> {
    const { entry, book } = this.#options;
    if (entry.kind !== 'board') return null;
    const chipId = await this.#watched({ signal }, () => this.#knownChip({ signal }));
    const worst = book.worst(wearKey(entry));
    const { care } = entry;
    return { when, chipId, named: care?.chipId !== undefined, worst, wearBudget: care?.wearBudget ?? null };
  }

  /** Leaves the board golden and powered. Gives what went wrong. */
  async leave(signal: AbortSignal): Promise<unknown> {
    if (this.#options.entry.kind !== 'board' || this.#quarantine !== null || signal.aborted) return null;
    return this.#prepare({ signal }).then(
      () => null,
      (error: unknown) => error,
    );
  }

  async #prepare(call: CallOptions): Promise<void> {
    if (this.#quarantine !== null) throw quarantined(this.#options.entry.facts.id, this.#quarantine);
    await this.#watched(call, async () => {
      this.#checkWear();
      // Before anything is written: it might be somebody else's board.
      await this.#knownChip(call);
      await this.#restored(call);
    });
  }

  /** A real board gets a second chance: cables and capacitors are not exact. */
  async #restored(call: CallOptions): Promise<void> {
    const { rig, entry } = this.#options;
    try {
      await rig.prepare(call);
    } catch (error) {
      call.signal.throwIfAborted();
      if (entry.kind !== 'board' || !isBenchs(error)) throw error;
      await rig.prepare(call);
    }
  }

  async #knownChip(call: CallOptions): Promise<string | null> {
    const { rig, entry } = this.#options;
    if (rig.chipId === undefined) return null;
    await rig.power?.on(call);
    const found = (await rig.chipId(call))?.toLowerCase() ?? null;
    const known = entry.care?.chipId?.toLowerCase() ?? this.#chipId;
    if (found !== null && known !== null && found !== known) throw otherBoard(entry.facts.id, known, found);
    this.#chipId ??= found;
    return found;
  }

  #checkWear(): void {
    const { entry, book } = this.#options;
    const budget = entry.care?.wearBudget;
    const worst = book.worst(wearKey(entry));
    if (budget === undefined || worst === null || worst.erases < budget) return;
    throw wornOut(entry.facts.id, budget, worst);
  }

  /** Trouble of the bench quarantines the board; an end that was asked for does not. */
  async #watched<T>({ signal }: CallOptions, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted && isBenchs(error)) this.#quarantine ??= error;
      throw error;
    }
  }
}

function isBenchs(error: unknown): error is AssayError {
  return isAssayError(error) && error.fault === 'bench';
}

function quarantined(board: string, cause: AssayError): BenchError {
  return new BenchError({
    code: 'board-quarantined',
    message: `${board} is quarantined since it failed to come back`,
    expected: 'the board named in the bench, running its golden image',
    got: explain(cause).split('\n').slice(0, 3).join('; ').replaceAll(/ +/g, ' '),
    remedy: cause.remedy,
    cause,
  });
}

function otherBoard(board: string, named: string, found: string): BenchError {
  return new BenchError({
    code: 'other-board',
    message: `another chip is plugged in where ${board} should be`,
    expected: named,
    got: found,
    remedy: 'plug in the board that the bench names, or correct its chipId in the bench file',
  });
}

function wornOut(
  board: string,
  budget: number,
  { page, erases }: { page: number; erases: number },
): BenchError {
  return new BenchError({
    code: 'wear-exhausted',
    message: `the flash of ${board} is worn as far as the bench file allows`,
    expected: `fewer than ${budget} erases of any page`,
    got: `page ${page} was erased ${erases} times`,
    remedy: 'replace the board, or raise wearBudget in the bench file',
  });
}
