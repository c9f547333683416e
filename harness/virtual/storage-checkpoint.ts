import type { CallOptions, Checkpoint } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';
import type { Storage } from '#virtual/storage.ts';

/** Saves and restores a whole simulated chip: flash and fuses. */
export class StorageCheckpoint implements Checkpoint {
  readonly #storage: Storage;
  readonly #powerOff: () => void;
  readonly #saved = new Map<string, ReturnType<Storage['save']>>();

  constructor(storage: Storage, powerOff: () => void) {
    this.#storage = storage;
    this.#powerOff = powerOff;
  }

  /** The id is the content's digest, so that equal states share one. */
  async save(options: CallOptions): Promise<string> {
    options.signal.throwIfAborted();
    const id = this.#storage.digest();
    this.#saved.set(id, this.#storage.save());
    return Promise.resolve(id);
  }

  async restore(id: string, options: CallOptions): Promise<void> {
    options.signal.throwIfAborted();
    const content = this.#saved.get(id);
    if (content === undefined) throw unknownCheckpoint(id);
    this.#powerOff();
    this.#storage.load(content);
    return Promise.resolve();
  }
}

function unknownCheckpoint(id: string): UsageError {
  return new UsageError({
    code: 'unknown-checkpoint',
    message: 'there is no checkpoint of that name',
    got: id,
    remedy: 'use an id that save gave on the same rig',
  });
}
