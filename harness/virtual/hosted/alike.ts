import type { CutObservation } from '#core/cut-sweep.ts';
import type { Fate } from '#virtual/hosted/recovery.ts';
import type { Recovery } from '#virtual/recovery.ts';
import type { Storage } from '#virtual/storage.ts';

/** A recovery that does not depend on what one page held, and what it left in the pages that it changed. */
interface Independent extends Recovery {
  readonly changed: ReadonlyMap<number, Uint8Array>;
}

/**
 * Recoveries in which nobody read the page that the cut had struck, or not before it was erased: from any flash that is the
 * same but for that page the machine does the very same. Keyed by flash without the page.
 */
export class AlikeRecoveries {
  readonly #storage: Storage;
  readonly #known = new Map<string, Independent>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** `before` and `after`: flash as the recovery found and left it; `struck`: the page that was watched, and its fate. */
  remember(
    key: string,
    recovery: Recovery,
    struck: { readonly page: number; readonly fate: Exclude<Fate, 'read'> },
    before: Uint8Array,
    after: Uint8Array,
  ): void {
    const { page, size } = this.#storage.shape;
    const changed = new Map<number, Uint8Array>();
    for (let at = 0; at < size; at += page) {
      const [old, left] = [before.subarray(at, at + page), after.subarray(at, at + page)];
      const isChanged = at === struck.page ? struck.fate === 'erased' : Buffer.compare(old, left) !== 0;
      if (isChanged) changed.set(at, left.slice());
    }
    this.#known.set(key, { ...recovery, changed });
  }

  /** What the machine would do from flash as it is, where that is known without running it. */
  find(key: string): Recovery | null {
    const known = this.#known.get(key);
    if (known === undefined) return null;
    const { changed, ...recovery } = known;
    return { ...recovery, state: this.#settled(recovery.boots, changed) };
  }

  /** Digest of the state that it would settle in. */
  #settled(boots: CutObservation['boots'], changed: ReadonlyMap<number, Uint8Array>): string {
    const storage = this.#storage;
    const mark = storage.mark();
    for (let boot = 0; boot < boots.length; boot++) storage.powerUp();
    for (const [address, content] of changed) {
      storage.erase(address, content.length);
      storage.write(address, content);
    }
    const state = storage.digest();
    storage.rewind(mark);
    return state;
  }
}
