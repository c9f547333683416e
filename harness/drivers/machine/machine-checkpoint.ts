import { hash } from 'node:crypto';
import type { CallOptions, Checkpoint } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';
import type { Machine } from '#drivers/machine/machine.ts';

/** Saves and restores the whole flash of a machine; the id is the content's digest. A machine that is restored is off. */
export class MachineCheckpoint implements Checkpoint {
  readonly #machine: Machine;
  readonly #saved = new Map<string, Uint8Array>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async save(options: CallOptions): Promise<string> {
    const content = await this.#machine.snapshot(options);
    const id = hash('sha256', content);
    this.#saved.set(id, content);
    return id;
  }

  async restore(id: string, options: CallOptions): Promise<void> {
    const content = this.#saved.get(id);
    if (content === undefined) {
      throw new UsageError({
        code: 'unknown-checkpoint',
        message: 'there is no checkpoint of that name',
        got: id,
        remedy: 'use an id that save gave on the same rig',
      });
    }
    await this.#turnOff(options);
    this.#machine.load(content);
  }

  /** What it held is not wanted: a machine that died, or dies of what was written into it, is off all the same. */
  async #turnOff(options: CallOptions): Promise<void> {
    const { died } = this.#machine;
    try {
      await this.#machine.powerOff(options);
    } catch (error) {
      if (!died.aborted) throw error;
    }
  }
}
