import { hash } from 'node:crypto';
import { InternalError } from '#core/errors.ts';
import type { FlashOperation, HostedChip, HostedRun, Wish } from '#virtual/hosted/chip.ts';
import { KnownByReads } from '#virtual/hosted/known-by-reads.ts';
import { PackedOperations } from '#virtual/hosted/packed-operations.ts';
import type { Storage } from '#virtual/storage.ts';

/** Bytes of operations that are remembered; then all is forgotten. */
const MOST = 256 << 20;

/** One time that a machine was on, as it is remembered: what it left follows from its operations. */
export interface KnownRun extends Pick<HostedRun, 'app' | 'granted' | 'reads'> {
  readonly booting: PackedOperations;
  readonly working: PackedOperations;
}

/**
 * A hosted chip together with simulated flash that goes along with it: after each run both must hold the same bytes. A run
 * from flash that holds what an earlier one had read of it is not made again: the machine decides from nothing else.
 */
export class HostedSilicon {
  readonly storage: Storage;
  readonly #chip: HostedChip;
  readonly #known = new Map<string, KnownByReads<KnownRun>>();
  #kept = 0;

  constructor(chip: HostedChip, storage: Storage) {
    this.#chip = chip;
    this.storage = storage;
  }

  /** Power comes up, and goes when the wish is done. `afresh`: the machine runs whatever is known. */
  async power(wish: Wish, signal: AbortSignal, closely: number | null, afresh = false): Promise<KnownRun> {
    this.storage.powerUp();
    const known = afresh ? null : this.#knownOf(wish).find();
    const run = known?.value ?? (await this.#run(wish, signal, closely));
    if (known !== null) this.#apply(run);
    return run;
  }

  async #run(wish: Wish, signal: AbortSignal, closely: number | null): Promise<KnownRun> {
    const { booting, working, flash, ...seen } = await this.#chip.run(this.storage.bytes, wish, {
      signal,
      closely,
    });
    const run = { ...seen, booting: new PackedOperations(booting), working: new PackedOperations(working) };
    this.#kept += run.booting.bytes + run.working.bytes;
    if (this.#kept > MOST) {
      this.#known.clear();
      this.#kept = 0;
    }
    this.#knownOf(wish).remember(run.reads, run);
    this.#apply(run);
    if (Buffer.compare(this.storage.bytes, flash) !== 0) throw this.#differs(flash);
    return run;
  }

  #apply(run: KnownRun): void {
    for (const operation of operationsOf(run)) this.storage.apply(operation);
  }

  #knownOf(wish: Wish): KnownByReads<KnownRun> {
    const what =
      wish.kind === 'stage' ? hash('sha256', wish.image) : wish.kind === 'confirm' && wish.identity;
    const key = `${wish.kind} ${what}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fresh = new KnownByReads<KnownRun>(({ address, length }) =>
      this.storage.digests.contentOf(address, length),
    );
    this.#known.set(key, fresh);
    return fresh;
  }

  #differs(flash: Uint8Array): InternalError {
    const at = this.storage.bytes.findIndex((byte, index) => byte !== flash[index]);
    return new InternalError({
      code: 'machine-not-followed',
      message: 'the machine left other bytes in its flash than its operations add up to',
      expected: 'what they leave',
      got: `another byte at 0x${at.toString(16)}`,
      remedy: 'report this with the versions of the emulator and of the firmware',
    });
  }
}

/** All operations of a run. */
export function* operationsOf({ booting, working }: KnownRun): Generator<FlashOperation> {
  yield* booting;
  yield* working;
}
