import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { FlashFile } from '#drivers/machine/flash-file.ts';
import type { FlashModel } from '#drivers/machine/flash-model.ts';
import type { Machine } from '#drivers/machine/machine.ts';
import { MachineConsole } from '#drivers/machine/machine-console.ts';
import { QemuProcess } from '#drivers/machine/qemu-process.ts';
import type { QemuRecipe } from '#drivers/machine/qemu-recipe.ts';
import { ramGarbage } from '#drivers/machine/ram-garbage.ts';

export interface QemuMachineOptions {
  readonly recipe: QemuRecipe;
  readonly flash: FlashModel;
  readonly clock: Clock;
  /** Decides what RAM holds when power comes. */
  readonly seed: number;
}

/** Never aborted: nothing runs that could die. */
const { signal: ALIVE } = new AbortController();

/**
 * A machine in QEMU. Each time it is on is a process of its own; flash lies in a file between them. Its folder, with
 * sockets, log and flash, is a temporary one that goes when the machine is disposed.
 */
export class QemuMachine implements Machine {
  readonly title: string;
  readonly recipe: QemuRecipe;
  readonly console: MachineConsole;
  readonly flash: FlashModel;
  readonly file: FlashFile;
  readonly #folder: string;
  readonly clock: Clock;
  readonly #seed: number;
  #process: QemuProcess | null = null;
  #starts = 0;
  /** What flash of the running machine is known to hold; null: the program may have changed it. */
  #held: Uint8Array | null = null;

  private constructor(folder: string, options: QemuMachineOptions) {
    const { recipe, flash, clock, seed } = options;
    this.recipe = recipe;
    this.title = `QEMU ${recipe.name}`;
    this.console = new MachineConsole(`console of ${this.title}`);
    this.flash = flash;
    this.file = new FlashFile(join(folder, 'flash.bin'), recipe.flash.size);
    this.#folder = folder;
    this.clock = clock;
    this.#seed = seed;
    this.file.write(flash.bytes);
  }

  /** Makes the machine's folder; QEMU itself starts when the machine is turned on. */
  static async open(options: QemuMachineOptions): Promise<QemuMachine> {
    return new QemuMachine(await mkdtemp(join(tmpdir(), 'assay-qemu-')), options);
  }

  get on(): boolean {
    return this.#process !== null;
  }

  /** The running QEMU; null while the machine is off. */
  get process(): QemuProcess | null {
    return this.#process;
  }

  get died(): AbortSignal {
    return this.#process?.died ?? ALIVE;
  }

  async powerOn(options: CallOptions): Promise<void> {
    options.signal.throwIfAborted();
    if (this.#process?.died.aborted === true) await this.#kill();
    if (this.#process !== null) return;
    this.#takeFile();
    this.flash.powerUp();
    const { recipe } = this;
    if (recipe.backing === 'drive') this.file.write(this.flash.bytes);
    const start = { recipe, folder: this.#folder, serial: ++this.#starts, clock: this.clock };
    const process = await QemuProcess.start(start, options);
    this.#process = process;
    try {
      await this.#fill(process, options);
      await this.#begin(process);
    } catch (error) {
      throw await this.#ended(process, error);
    }
  }

  /** Kills QEMU, and gives what it died of where that is why its stub went away. */
  async #ended(process: QemuProcess, error: unknown): Promise<unknown> {
    const cause = await process.causeOf(error);
    await this.#kill();
    return cause;
  }

  async powerOff(options: CallOptions): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    if (process.died.aborted) {
      await this.#kill();
      return;
    }
    options.signal.throwIfAborted();
    try {
      await this.#keepFlash(process, options);
    } catch (error) {
      throw await this.#ended(process, error);
    } finally {
      await this.#kill();
    }
  }

  async reset(options: CallOptions): Promise<void> {
    const process = this.#process;
    if (process === null || process.died.aborted) {
      await this.powerOn(options);
      return;
    }
    await process.qmp.executeUntil('RESET', 'system_reset');
  }

  /** Starts the machine that is on once more as if its power had been gone: other flash, garbage in RAM. It is halted. */
  async restart(content: Uint8Array, options: CallOptions): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    await process.gdb.halt(options);
    await this.#rewrite(process, content, options);
    const { ram } = this.recipe;
    this.#starts += 1;
    if (ram !== null) await process.gdb.write(ram.address, ramGarbage(ram.size, this.#seed), options);
    await process.qmp.executeUntil('RESET', 'system_reset');
  }

  /** What its flash is known to hold now. */
  learn(content: Uint8Array): void {
    this.#held = content;
  }

  /** Takes the power away without a look at what the machine has in its flash: the model knows better. */
  async crash(): Promise<void> {
    this.file.write(this.flash.bytes);
    await this.#kill();
  }

  async snapshot(options: CallOptions): Promise<Uint8Array> {
    const process = this.#process;
    if (process === null || this.recipe.backing === 'drive') return this.file.read();
    process.died.throwIfAborted();
    return process.gdb.exclusive(async () => {
      await process.gdb.halt(options);
      const content = await this.readFlash(process);
      process.gdb.go();
      return content;
    });
  }

  load(content: Uint8Array): void {
    this.flash.replace(content);
    this.file.write(content);
  }

  /** All of flash as the halted machine's processor sees it. */
  async readFlash(process: QemuProcess): Promise<Uint8Array> {
    const { address, size } = this.recipe.flash;
    const filename = join(this.#folder, 'memory.bin');
    await process.qmp.execute('memsave', { val: address, size, filename });
    return readFile(filename);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill();
    await this.console.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Somebody may have edited the file while the machine was off. */
  #takeFile(): void {
    const content = this.file.read();
    if (Buffer.compare(content, this.flash.bytes) !== 0) this.flash.replace(content);
  }

  /** Writes the pages that differ from what is known to be there; all of them where nothing is. */
  async #rewrite({ gdb }: QemuProcess, content: Uint8Array, options: CallOptions): Promise<void> {
    const { address, page } = this.recipe.flash;
    const held = this.#held;
    this.#held = null;
    for (let at = 0; at < content.length; at += page) {
      const wanted = content.subarray(at, at + page);
      if (held !== null && Buffer.compare(wanted, held.subarray(at, at + page)) === 0) continue;
      await gdb.write(address + at, wanted, options);
    }
  }

  async #fill({ gdb }: QemuProcess, options: CallOptions): Promise<void> {
    const { flash, ram, backing } = this.recipe;
    if (backing === 'memory') await gdb.write(flash.address, this.flash.bytes, options);
    if (ram !== null) {
      await gdb.write(ram.address, ramGarbage(ram.size, this.#seed + this.#starts), options);
    }
  }

  /** Vectors are read from flash at the reset; then the machine runs, heard by the console. */
  async #begin(process: QemuProcess): Promise<void> {
    // The request alone is answered at once; until it is carried out the processor would run from empty flash.
    await process.qmp.executeUntil('RESET', 'system_reset');
    process.console.removeAllListeners('data').on('data', (bytes: Uint8Array) => this.console.receive(bytes));
    this.console.attach(process.console);
    process.gdb.go();
  }

  async #keepFlash(process: QemuProcess, options: CallOptions): Promise<void> {
    await process.gdb.halt(options);
    if (this.recipe.backing === 'drive') return;
    const content = await this.readFlash(process);
    this.flash.replace(content);
    this.file.write(content);
  }

  async #kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    this.#held = null;
    this.console.detach();
    await process?.kill();
    if (process !== null && this.recipe.backing === 'drive') this.flash.replace(this.file.read());
  }
}
