import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import { gdbCommand } from '#codecs/gdb-command.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { checkFlashRange, pagesOf, type ProbedFlash } from '#drivers/probe/flash-range.ts';
import { GdbClient } from '#drivers/probe/gdb-client.ts';
import { type GdbPlace, gdbPlaceName } from '#drivers/probe/gdb-connect.ts';

/**
 * How a debug server writes flash: `flash` by `vFlashErase`, `vFlashWrite` and `vFlashDone`, as J-Link, pyOCD, OpenOCD and
 * probe-rs do; `memory` by plain writes, which in QEMU reach flash.
 */
export type GdbFlashManner = 'flash' | 'memory';

/** A 32-bit word of the chip that tells of its protection, for the report. */
export interface ProbedWord {
  readonly name: string;
  readonly address: number;
}

export interface GdbProbeSettings {
  readonly flash: ProbedFlash;
  readonly manner: GdbFlashManner;
  /** Read into the report's device block. */
  readonly words: readonly ProbedWord[];
}

/** Erasing a chip's pages may take so long. */
const ERASE_MS = 60_000;
/** Bytes of one `vFlashWrite`. */
const FLASH_CHUNK = 1024;

/** Reads and writes flash through a debug server. The target halts for it and, where it ran, runs on afterwards. */
export class GdbProbe implements FlashProbe {
  readonly #client: GdbClient;
  readonly #settings: GdbProbeSettings;

  constructor(client: GdbClient, settings: GdbProbeSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    const { flash } = this.#settings;
    checkFlashRange(flash, address, length);
    return this.#halted(options, () => this.#client.read(flash.address + address, length, options));
  }

  async write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const { flash, manner } = this.#settings;
    checkFlashRange(flash, address, bytes.length);
    if (bytes.length === 0) return;
    const at = flash.address + address;
    await this.#halted(options, () =>
      manner === 'memory' ? this.#client.write(at, bytes, options) : this.#reflash(address, bytes, options),
    );
  }

  async fuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    return this.#halted(options, async () => {
      const told: Record<string, string> = {};
      for (const { name, address } of this.#settings.words) {
        const word = Buffer.from(await this.#client.read(address, 4, options)).readUInt32LE();
        told[name] = `0x${word.toString(16).padStart(8, '0')}`;
      }
      return told;
    });
  }

  /** What lies beside the bytes in their pages is written back. */
  async #reflash(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const { flash } = this.#settings;
    const { start, length } = pagesOf(flash, address, bytes.length);
    const content = await this.#client.read(flash.address + start, length, options);
    content.set(bytes, address - start);
    const slow = { ...options, deadlineMs: options.deadlineMs ?? ERASE_MS };
    await this.#client.command(gdbCommand.eraseFlash(flash.address + start, length), slow);
    for (let at = 0; at < length; at += FLASH_CHUNK) {
      const chunk = content.subarray(at, at + FLASH_CHUNK);
      await this.#client.command(gdbCommand.writeFlash(flash.address + start + at, chunk), slow);
    }
    await this.#client.command(gdbCommand.finishFlash(), slow);
  }

  #halted<T>(options: CallOptions, work: () => Promise<T>): Promise<T> {
    return this.#client.exclusive(() => this.#whileHalted(options, work));
  }

  async #whileHalted<T>(options: CallOptions, work: () => Promise<T>): Promise<T> {
    const ran = this.#client.running;
    await this.#client.halt(options);
    try {
      return await work();
    } finally {
      if (ran && !this.#client.closed.aborted) this.#client.go();
    }
  }
}

export interface GdbServerSettings extends Omit<GdbProbeSettings, 'words'> {
  readonly words?: readonly ProbedWord[];
  readonly place: GdbPlace;
}

/** A probe behind a GDB server that runs already: J-Link, pyOCD, OpenOCD, probe-rs. The board runs on when it is released. */
export function gdbProbe({ place, words = [], ...settings }: GdbServerSettings): Instrument<FlashProbe> {
  return {
    description: `GDB server at ${gdbPlaceName(place)}`,
    open: async ({ signal, clock }) => {
      const client = await GdbClient.open(place, clock, { signal });
      client.go();
      const probe = new GdbProbe(client, { ...settings, words });
      const release = async () => {
        if (!client.closed.aborted) await client.detach({ signal: AbortSignal.timeout(RELEASE_MS) });
      };
      return Object.assign(probe, { [Symbol.asyncDispose]: release });
    },
  };
}

/** Longest that a server may take to let go of its target. */
const RELEASE_MS = 5000;
