import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { FlashFile } from '#drivers/machine/flash-file.ts';
import type { FlashModel } from '#drivers/machine/flash-model.ts';
import type { Machine } from '#drivers/machine/machine.ts';
import { MachineConsole } from '#drivers/machine/machine-console.ts';
import { type Argv, type Ended, Tethered } from '#drivers/machine/tethered.ts';

/** A program of the host that stands for a board: Zephyr's native_sim, a host build of MCUboot or wolfBoot. */
export interface ProcessRecipe {
  readonly name: string;
  /** Program and arguments for a flash file at this path; its console is standard input and output. */
  readonly argv: (flashFile: string) => Argv;
}

export interface ProcessMachineOptions {
  readonly recipe: ProcessRecipe;
  readonly flash: FlashModel;
}

/** Never aborted: nothing runs that could die. */
const { signal: ALIVE } = new AbortController();

/**
 * A host program with a flash file as a machine. Power is its process; a reset line is a new one. What it had not yet
 * written to the file when it was killed is lost, as with any cut.
 */
export class ProcessMachine implements Machine {
  readonly title: string;
  readonly console: MachineConsole;
  readonly flash: FlashModel;
  readonly file: FlashFile;
  readonly #folder: string;
  readonly #recipe: ProcessRecipe;
  #running: { readonly child: Tethered; readonly death: AbortController } | null = null;

  private constructor(folder: string, { recipe, flash }: ProcessMachineOptions) {
    this.title = `process ${recipe.name}`;
    this.console = new MachineConsole(`console of ${this.title}`);
    this.flash = flash;
    this.file = new FlashFile(join(folder, 'flash.bin'), flash.bytes.length);
    this.#folder = folder;
    this.#recipe = recipe;
    this.file.write(flash.bytes);
  }

  /** Makes the machine's folder; the program starts when the machine is turned on. */
  static async open(options: ProcessMachineOptions): Promise<ProcessMachine> {
    return new ProcessMachine(await mkdtemp(join(tmpdir(), 'assay-process-')), options);
  }

  get on(): boolean {
    return this.#running !== null;
  }

  get died(): AbortSignal {
    return this.#running?.death.signal ?? ALIVE;
  }

  async powerOn({ signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.died.aborted) await this.#end();
    if (this.#running !== null) return;
    this.#takeFile();
    this.flash.powerUp();
    this.file.write(this.flash.bytes);
    const child = new Tethered(this.#recipe.argv(this.file.path), { cwd: this.#folder });
    const death = new AbortController();
    const running = { child, death };
    this.#running = running;
    void child.ended.then(
      (ended) => this.#running === running && death.abort(processDied(this.title, ended)),
    );
    child.stdout.on('data', (bytes: Uint8Array) => this.console.receive(bytes));
    this.console.attach(child.stdin);
  }

  async powerOff({ signal }: CallOptions): Promise<void> {
    if (!this.died.aborted) signal.throwIfAborted();
    await this.#end();
  }

  async reset(options: CallOptions): Promise<void> {
    await this.#end();
    await this.powerOn(options);
  }

  snapshot({ signal }: CallOptions): Promise<Uint8Array> {
    signal.throwIfAborted();
    return Promise.resolve(this.file.read());
  }

  load(content: Uint8Array): void {
    this.flash.replace(content);
    this.file.write(content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.console.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Somebody may have edited the file, or the program has written it. */
  #takeFile(): void {
    const content = this.file.read();
    if (Buffer.compare(content, this.flash.bytes) !== 0) this.flash.replace(content);
  }

  async #end(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.console.detach();
    await running.child.kill();
    this.#takeFile();
  }
}

function processDied(title: string, { how, stderr }: Ended): BenchError {
  const said = stderr.split('\n').slice(-4).join(' | ');
  const isMissing = how === 'exit status 127';
  return new BenchError({
    code: isMissing ? 'process-missing' : 'process-died',
    message: isMissing ? `${title}: there is no such program` : `${title} ended although its machine was on`,
    expected: 'it to run until it is told to stop',
    got: said === '' ? how : `${how}: ${said}`,
    remedy: 'read what it printed; run the same command by hand',
  });
}
