import { hash } from 'node:crypto';
import { InternalError } from '#core/errors.ts';
import type { FlashOperation, HostedChip, HostedRun, Wish } from '#virtual/hosted/chip.ts';
import type { Storage } from '#virtual/storage.ts';

/** Runs that are remembered: those that begin where boards settle. */
const MOST = 2048;
/** Operations of a run that is worth remembering. */
const FEW = 64;

/**
 * A hosted chip together with simulated flash that goes along with it: after each run both must hold the same bytes. A run
 * from flash that is known byte for byte is not made again: the machine decides from nothing else.
 */
export class HostedSilicon {
  readonly storage: Storage;
  readonly #chip: HostedChip;
  readonly #known = new Map<string, HostedRun>();

  constructor(chip: HostedChip, storage: Storage) {
    this.#chip = chip;
    this.storage = storage;
  }

  /** Power comes up, and goes when the wish is done. */
  async power(wish: Wish, signal: AbortSignal, watch: number | null = null): Promise<HostedRun> {
    this.storage.powerUp();
    const key = this.#keyOf(wish, watch);
    const run = this.#known.get(key) ?? (await this.#run(key, wish, signal, watch));
    for (const operation of run.booting) this.storage.apply(operation);
    for (const operation of run.working) this.storage.apply(operation);
    if (Buffer.compare(this.storage.bytes, run.flash) !== 0) throw this.#differs(run);
    return run;
  }

  async #run(key: string, wish: Wish, signal: AbortSignal, watch: number | null): Promise<HostedRun> {
    const run = await this.#chip.run(this.storage.bytes, wish, { signal, watch });
    if (run.booting.length + run.working.length > FEW) return run;
    const [oldest] = this.#known.keys();
    if (this.#known.size === MOST && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, run);
    return run;
  }

  #keyOf(wish: Wish, watch: number | null): string {
    const what =
      wish.kind === 'stage' ? hash('sha256', wish.image) : wish.kind === 'confirm' && wish.identity;
    return `${hash('sha256', this.storage.bytes)} ${wish.kind} ${what} ${watch}`;
  }

  #differs({ flash, booting, working }: HostedRun): InternalError {
    const at = this.storage.bytes.findIndex((byte, index) => byte !== flash[index]);
    return new InternalError({
      code: 'machine-not-followed',
      message: 'the machine left other bytes in its flash than its operations add up to',
      expected: `what ${booting.length + working.length} operations leave`,
      got: `another byte at 0x${at.toString(16)}`,
      remedy: 'report this with the versions of the emulator and of the firmware',
    });
  }
}

/** All operations of a run. */
export function operationsOf({ booting, working }: HostedRun): readonly FlashOperation[] {
  return [...booting, ...working];
}
