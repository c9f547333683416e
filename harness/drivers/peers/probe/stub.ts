import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { qemuDied } from '#drivers/machine/qemu-errors.ts';
import { Tethered } from '#drivers/machine/tethered.ts';

const PROGRAM = 'qemu-system-arm';
/** Looks for the socket, 20 ms apart. */
const LOOKS = 500;

/** A halted micro:bit in QEMU whose gdb stub listens on a Unix socket, for one client after the other. */
export class StubMachine implements AsyncDisposable {
  readonly socket: string;
  readonly #child: Tethered;

  private constructor(socket: string, child: Tethered) {
    this.socket = socket;
    this.#child = child;
  }

  static async start(folder: string): Promise<StubMachine> {
    const socket = join(folder, 'gdb');
    const child = new Tethered([
      PROGRAM,
      '-M',
      'microbit',
      '-nodefaults',
      '-display',
      'none',
      '-S',
      '-chardev',
      `socket,id=stub,path=${socket},server=on,wait=off`,
      '-gdb',
      'chardev:stub',
    ]);
    for (let look = 0; look < LOOKS && !existsSync(socket); look++) {
      if (child.end !== null) throw qemuDied(PROGRAM, child.end);
      await sleep(20);
    }
    return new StubMachine(socket, child);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child.kill();
  }
}
