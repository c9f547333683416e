import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOcdAnswer, openOcdRequest, openOcdWords } from '#codecs/openocd-rpc.ts';
import type { BenchCheck } from '#core/bench-check.ts';
import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { demandPermission, NO_PERMISSIONS, type Permissions } from '#core/permissions.ts';
import { tcp } from '#drivers/channel/socket.ts';
import { Dialogue } from '#drivers/dialogue.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { checkFlashRange, pagesOf, type ProbedFlash } from '#drivers/probe/flash-range.ts';
import type { ProbedWord } from '#drivers/probe/gdb-probe.ts';
import { type OpenOcdServer, serverAt, startServer } from '#drivers/probe/openocd-server.ts';
import { runProgram } from '#drivers/program.ts';

export interface OpenOcdSettings {
  /** Arguments to start OpenOCD with: `['-f', 'interface/cmsis-dap.cfg', '-f', 'target/nrf52.cfg']`. */
  readonly start?: readonly string[];
  /** Or the Tcl port of one that runs already, on this machine: files are handed over by path. */
  readonly port?: number;
  readonly flash: ProbedFlash;
  /** Read into the report's device block. */
  readonly words?: readonly ProbedWord[];
  /** Makes the device block out of the words; default: as they are. */
  readonly describe?: (words: Readonly<Record<string, number>>) => Readonly<Record<string, string>>;
  /** More for the device block, by Tcl: `{ 'CTRL-AP.APPROTECTSTATUS': 'nrf52.dap apreg 1 0x0c' }`. */
  readonly asked?: Readonly<Record<string, string>>;
  /** The command that erases the whole chip, configuration words too: `nrf5 mass_erase`, `nrf52_recover`. */
  readonly massErase?: string;
  /** What the bench file allows for the board. */
  readonly permissions?: Permissions;
}

/** A probe that can be told to erase the whole chip, where the bench file allows it. */
export interface OpenOcdProbe extends FlashProbe, AsyncDisposable {
  /** UsageError `not-permitted` without the permission `mass-erase`. */
  eraseChip(options: CallOptions): Promise<void>;
}

const COMMAND_MS = 10_000;
/** Erasing and programming a whole chip takes so long. */
const FLASH_MS = 120_000;

/** A debug probe by OpenOCD's Tcl RPC. The target halts for each access, and runs on afterwards if it ran. */
export function openOcdProbe(settings: OpenOcdSettings): Instrument<OpenOcdProbe> {
  const { start, port } = settings;
  return {
    description: start === undefined ? `OpenOCD at port ${port ?? 6666}` : `OpenOCD ${start.join(' ')}`,
    open: async (context) => {
      const server = start === undefined ? serverAt(port ?? 6666) : await startServer(start, context.signal);
      try {
        const link = tcp({ host: '127.0.0.1', port: server.port, reconnectMs: 0 });
        const dialogue = new Dialogue(await link.open(context), context.clock);
        return new TclProbe(dialogue, server, settings);
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
    examine: (signal) => examine(signal),
  };
}

class TclProbe implements OpenOcdProbe {
  readonly #dialogue: Dialogue;
  readonly #server: OpenOcdServer;
  readonly #settings: OpenOcdSettings;

  constructor(dialogue: Dialogue, server: OpenOcdServer, settings: OpenOcdSettings) {
    this.#dialogue = dialogue;
    this.#server = server;
    this.#settings = settings;
  }

  async read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    const { flash } = this.#settings;
    checkFlashRange(flash, address, length);
    if (length === 0) return new Uint8Array();
    return this.#halted(options, () => this.#dump(flash.address + address, length, options));
  }

  async write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const { flash } = this.#settings;
    checkFlashRange(flash, address, bytes.length);
    if (bytes.length === 0) return;
    const { start, length } = pagesOf(flash, address, bytes.length);
    await this.#halted(options, async () => {
      const whole =
        bytes.length === length ? bytes.slice() : await this.#dump(flash.address + start, length, options);
      whole.set(bytes, address - start);
      await inFile(whole, (file) =>
        this.#run(
          `flash write_image erase {${file}} 0x${(flash.address + start).toString(16)} bin`,
          options,
          FLASH_MS,
        ),
      );
    });
  }

  async fuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    const { words = [], asked = {}, describe = asHex } = this.#settings;
    const told: Record<string, string> = {};
    for (const [name, command] of Object.entries(asked)) told[name] = await this.#run(command, options);
    if (words.length === 0) return told;
    return this.#halted(options, async () => {
      const found: Record<string, number> = {};
      for (const { name, address } of words) {
        const [word = 0] = openOcdWords(
          await this.#run(`read_memory 0x${address.toString(16)} 32 1`, options),
          1,
        );
        found[name] = word;
      }
      return { ...told, ...describe(found) };
    });
  }

  async eraseChip(options: CallOptions): Promise<void> {
    const { massErase, permissions = NO_PERMISSIONS } = this.#settings;
    demandPermission(permissions, 'mass-erase', 'erasing the whole chip through OpenOCD');
    if (massErase === undefined) throw cannotErase();
    await this.#run(massErase, options, FLASH_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dialogue[Symbol.asyncDispose]();
    await this.#server.stop();
  }

  #dump(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    return inFile(new Uint8Array(), async (file) => {
      await this.#run(`dump_image {${file}} 0x${address.toString(16)} ${length}`, options, FLASH_MS);
      const bytes = Uint8Array.from(await readFile(file));
      if (bytes.length === length) return bytes;
      throw commandFailed('dump_image', `${bytes.length} of ${length} bytes`);
    });
  }

  async #halted<T>(options: CallOptions, work: () => Promise<T>): Promise<T> {
    const state = await this.#run('[target current] curstate', options);
    if (state !== 'halted') await this.#run('halt', options);
    try {
      return await work();
    } finally {
      if (state === 'running') await this.#run('resume', { signal: AbortSignal.timeout(COMMAND_MS) });
    }
  }

  /** BenchErrors `openocd-command` with what OpenOCD says, and those of `Dialogue`. */
  async #run(command: string, { signal }: CallOptions, deadlineMs = COMMAND_MS): Promise<string> {
    const { ok, text } = await this.#dialogue.ask(openOcdRequest(command), openOcdAnswer, {
      signal,
      deadlineMs,
    });
    if (ok) return text;
    throw commandFailed(command, `${text}${this.#server.said()}`);
  }
}

/** Hands bytes over in a file of their own, which is gone afterwards. */
async function inFile<T>(bytes: Uint8Array, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-openocd-'));
  try {
    const file = join(folder, 'flash.bin');
    await writeFile(file, bytes);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function asHex(words: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(words).map(([name, word]) => [name, `0x${word.toString(16).padStart(8, '0')}`]),
  );
}

async function examine(signal: AbortSignal): Promise<readonly BenchCheck[]> {
  const check = 'tool';
  try {
    // Its version goes to standard error; that it ends well is enough.
    await runProgram(['openocd', '--version'], { signal });
    return [{ check, state: 'well', seen: 'openocd is installed' }];
  } catch {
    return [
      { check, state: 'broken', seen: 'openocd is not installed', mend: 'sudo apt-get install openocd' },
    ];
  }
}

function commandFailed(command: string, got: string): BenchError {
  return new BenchError({
    code: 'openocd-command',
    message: `OpenOCD failed: ${command.split(' ').slice(0, 2).join(' ')}`,
    got: got === '' ? 'no reason was given' : got,
    remedy: 'check that the probe is plugged in, the board powered, and its debug port open',
  });
}

function cannotErase(): BenchError {
  return new BenchError({
    code: 'openocd-mass-erase',
    message: 'this probe was not told how the chip is erased',
    remedy: 'give massErase in the bench file: the command of your target, such as nrf5 mass_erase',
  });
}
