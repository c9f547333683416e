import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { BenchError } from '#core/errors.ts';
import { OLDEST_QEMU, qemuDied, qemuStuck, qemuTooOld } from '#drivers/machine/qemu-errors.ts';
import type { QemuRecipe } from '#drivers/machine/qemu-recipe.ts';
import { QmpClient } from '#drivers/machine/qmp-client.ts';
import { Rendezvous } from '#drivers/machine/rendezvous.ts';
import { Tethered } from '#drivers/machine/tethered.ts';
import { GdbClient } from '#drivers/probe/gdb-client.ts';
import { GdbLink } from '#drivers/probe/gdb-link.ts';

/** QEMU starts in a fifth of a second; a loaded host takes longer. */
const START_MS = 20_000;

/** How much later than its sockets a QEMU that dies is seen to end. */
const END_MS = 500;

export interface QemuStart {
  readonly recipe: QemuRecipe;
  /** A folder of the machine's own: sockets, log, flash file. */
  readonly folder: string;
  /** Sets sockets of several processes in one folder apart. */
  readonly serial: number;
  readonly clock: Clock;
}

/** A running QEMU whose machine is halted at first: its monitor, its gdb stub and its console. */
export class QemuProcess {
  readonly qmp: QmpClient;
  readonly gdb: GdbClient;
  readonly console: Socket;
  readonly logFile: string;
  readonly version: readonly [number, number];
  /** Aborted, with the cause, when QEMU ends without being killed. */
  readonly died: AbortSignal;
  readonly #child: Tethered;
  readonly #killed: () => void;

  private constructor(parts: Parts) {
    this.qmp = parts.qmp;
    this.gdb = parts.gdb;
    this.console = parts.console;
    // How QEMU ends is told by its process.
    this.console.on('error', () => undefined);
    this.version = parts.version;
    this.logFile = parts.logFile;
    this.died = parts.death.signal;
    this.#child = parts.child;
    this.#killed = parts.death.expect;
  }

  /** BenchErrors `qemu-missing`, `qemu-machine-unknown`, `qemu-too-old`, `qemu-died`, `qemu-stuck`. */
  static async start(start: QemuStart, { signal }: CallOptions): Promise<QemuProcess> {
    signal.throwIfAborted();
    const { recipe, folder, serial, clock } = start;
    const names = ['qmp', 'gdb', 'uart'].map((name) => `${name}${serial}`);
    const [qmpAt, gdbAt, uartAt] = (await Promise.all(
      names.map((name) => Rendezvous.open(folder, name)),
    )) as [Rendezvous, Rendezvous, Rendezvous];
    const logFile = join(folder, `log${serial}`);
    const sockets = { qmp: qmpAt.path, gdb: gdbAt.path, uart: uartAt.path };
    const child = new Tethered([recipe.program, ...argsOf(start, sockets, logFile)]);
    const death = watch(recipe.program, child);
    try {
      const meet = Promise.all([qmpAt.accept(), gdbAt.accept(), uartAt.accept()]);
      const [monitor, stub, console] = await upTo(meet, [signal, death.signal], recipe.program);
      const qmp = new QmpClient(monitor);
      const version = await upTo(qmp.begin(), [signal, death.signal], recipe.program);
      if (version[0] < OLDEST_QEMU) throw qemuTooOld(recipe.program, version);
      const gdb = new GdbClient(new GdbLink(`the gdb stub of ${recipe.program}`, stub), clock);
      await gdb.greet({ signal });
      return new QemuProcess({ qmp, gdb, console, version, logFile, death, child });
    } catch (error) {
      const cause = death.signal.aborted ? (death.signal.reason as BenchError) : error;
      death.expect();
      await child.kill();
      throw cause;
    } finally {
      for (const place of [qmpAt, gdbAt, uartAt]) place.close();
    }
  }

  /** What is behind an error: QEMU's own end, where that follows at once, or else the error itself. */
  async causeOf(trouble: unknown): Promise<unknown> {
    await Promise.race([this.#child.ended, sleep(END_MS, null, { ref: false })]);
    return this.died.aborted ? this.died.reason : trouble;
  }

  /** Ends it at once, as a power cut does. */
  async kill(): Promise<void> {
    this.#killed();
    this.gdb.close();
    this.qmp.close();
    this.console.destroy();
    await this.#child.kill();
  }
}

interface Parts extends Pick<QemuProcess, 'qmp' | 'gdb' | 'console' | 'version' | 'logFile'> {
  readonly death: Death;
  readonly child: Tethered;
}

/** The end of a process, unless it is expected. */
interface Death {
  readonly signal: AbortSignal;
  readonly expect: () => void;
}

function watch(program: string, child: Tethered): Death {
  const death = new AbortController();
  let isExpected = false;
  void child.ended.then((ended) => (isExpected ? undefined : death.abort(qemuDied(program, ended))));
  return { signal: death.signal, expect: () => (isExpected = true) };
}

function argsOf(
  { recipe, folder }: QemuStart,
  sockets: { readonly qmp: string; readonly gdb: string; readonly uart: string },
  logFile: string,
): string[] {
  const files = { flash: join(folder, 'flash.bin'), fuses: join(folder, 'fuses.bin') };
  return [
    ...recipe.args,
    ...(recipe.driveArgs?.(files) ?? []),
    '-nodefaults',
    '-display',
    'none',
    '-S',
    '-D',
    logFile,
    ...socketArgs('monitor', sockets.qmp, ['-mon', 'chardev=monitor,mode=control']),
    ...socketArgs('stub', sockets.gdb, ['-gdb', 'chardev:stub']),
    ...socketArgs('uart', sockets.uart, ['-serial', 'chardev:uart']),
  ];
}

function socketArgs(id: string, path: string, use: readonly string[]): readonly string[] {
  return ['-chardev', `socket,id=${id},path=${path.replaceAll(',', ',,')}`, ...use];
}

/** Waits for something that QEMU has to do, unless it dies, hangs or nobody wants it any more. */
async function upTo<T>(work: Promise<T>, signals: readonly AbortSignal[], program: string): Promise<T> {
  let end: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    const late = setTimeout(() => reject(qemuStuck(program, START_MS)), START_MS);
    const stops = signals.map((signal) => {
      const stop = () => reject(signal.reason as Error);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      return () => signal.removeEventListener('abort', stop);
    });
    end = () => {
      clearTimeout(late);
      for (const stop of stops) stop();
    };
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    end();
    work.catch(() => undefined);
  }
}
