import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { BenchError } from '#core/errors.ts';
import { type DeviceWrite, QemuTrace } from '#codecs/qemu-trace.ts';
import type { QmpClient } from '#drivers/machine/qmp-client.ts';

const EVENT = 'memory_region_ops_write';
const CHUNK = 1 << 16;
/** A log that has grown so long is left behind for a new one. */
const ROTATE_AT = 8 << 20;

/**
 * What a machine's program writes to its devices, flash among them: QEMU's own trace event, logged to a file. Complete up
 * to any moment at which the machine is halted.
 */
export class MmioTrace {
  readonly #qmp: QmpClient;
  readonly #path: string;
  readonly #chunk = Buffer.alloc(CHUNK);
  #parser = new QemuTrace();
  #file: number | null = null;
  #turn = 0;
  #at = 0;

  constructor(qmp: QmpClient, path: string) {
    this.#qmp = qmp;
    this.#path = path;
  }

  /** BenchError `qemu-no-trace` where QEMU was built without the log backend. */
  async start(): Promise<void> {
    if (this.#file !== null) return;
    await this.#openLog();
    const args = { name: EVENT, enable: true };
    await this.#qmp.execute('trace-event-set-state', args).catch((cause: unknown) => {
      throw cannotTrace(cause);
    });
  }

  /**
   * What `of` makes of all that was written since the last call, piece by piece: a program may write to its devices without
   * end. The machine must be halted.
   */
  async take<T>(of: (writes: readonly DeviceWrite[]) => readonly T[]): Promise<readonly T[]> {
    const file = this.#file;
    if (file === null) return [];
    const taken: T[] = [];
    for (;;) {
      const length = readSync(file, this.#chunk, 0, CHUNK, null);
      if (length === 0) break;
      this.#at += length;
      for (const one of of(this.#parser.push(this.#chunk.toString('latin1', 0, length)))) taken.push(one);
    }
    if (this.#at > ROTATE_AT) await this.#openLog();
    return taken;
  }

  async stop(): Promise<void> {
    if (this.#file === null) return;
    await this.#qmp.execute('trace-event-set-state', { name: EVENT, enable: false });
    this.#close();
  }

  /** QEMU is gone. */
  drop(): void {
    this.#close();
  }

  async #openLog(): Promise<void> {
    this.#close();
    const path = `${this.#path}.${++this.#turn}`;
    await this.#qmp.human(`logfile ${path}`);
    this.#file = openSync(path, 'a+');
    // Nobody else needs the name: both ends keep the file until they close it.
    rmSync(path, { force: true });
    this.#parser = new QemuTrace();
    this.#at = 0;
  }

  #close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function cannotTrace(cause: unknown): BenchError {
  return new BenchError({
    code: 'qemu-no-trace',
    message: 'this QEMU cannot log what its machine writes, so that flash operations cannot be counted',
    expected: `the trace event ${EVENT}, with QEMU built with the log backend`,
    remedy: 'take a QEMU whose `-trace help` lists the event; Debian’s does',
    cause,
  });
}
