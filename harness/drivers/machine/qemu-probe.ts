import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import type { QemuMachine } from '#drivers/machine/qemu-machine.ts';
import { checkFlashRange } from '#drivers/probe/flash-range.ts';
import { GdbProbe, type ProbedWord } from '#drivers/probe/gdb-probe.ts';

/** The gdb stub of a machine as a debug probe; while the machine is off, its flash file is read and edited instead. */
export class QemuProbe implements FlashProbe {
  readonly #machine: QemuMachine;
  readonly #words: readonly ProbedWord[];

  constructor(machine: QemuMachine, words: readonly ProbedWord[]) {
    this.#machine = machine;
    this.#words = words;
  }

  async read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    const { flash } = this.#machine.recipe;
    const stub = this.#stub();
    if (stub !== null) return stub.read(address, length, options);
    checkFlashRange(flash, address, length);
    return this.#machine.file.read().slice(address, address + length);
  }

  async write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const stub = this.#stub();
    if (stub !== null) {
      await stub.write(address, bytes, options);
      return;
    }
    checkFlashRange(this.#machine.recipe.flash, address, bytes.length);
    const content = this.#machine.file.read();
    content.set(bytes, address);
    this.#machine.load(content);
  }

  /** Words that only a powered chip has. */
  async fuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    if (this.#words.length === 0) return { protection: 'none is modelled' };
    const wasOn = this.#machine.on;
    await this.#machine.powerOn(options);
    const told = await this.#stub()?.fuses(options);
    if (!wasOn) await this.#machine.powerOff(options);
    return told ?? {};
  }

  #stub(): GdbProbe | null {
    const { process, recipe } = this.#machine;
    if (process === null) return null;
    process.died.throwIfAborted();
    return new GdbProbe(process.gdb, { flash: recipe.flash, manner: 'memory', words: this.#words });
  }
}
