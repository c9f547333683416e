import type { Socket } from 'node:net';
import { BenchError } from '#core/errors.ts';
import { encodeQmp, type QmpMessage, QmpStream } from '#codecs/qmp.ts';

/** A monitor's answer may take so long: QEMU answers from its main loop, which a busy machine does not hold up. */
const ANSWER_MS = 10_000;

interface Pending {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Gives commands to QEMU over its monitor, and hears of its events. */
export class QmpClient {
  readonly #socket: Socket;
  readonly #stream = new QmpStream();
  readonly #pending = new Map<number, Pending>();
  readonly #events = new Set<(name: string) => void>();
  readonly #greeted: Promise<readonly [number, number]>;
  #greet: (version: readonly [number, number]) => void = () => undefined;
  #ended: Error | null = null;
  readonly #gone = deferredEnd();
  #next = 1;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#greeted = new Promise((resolve) => (this.#greet = resolve));
    socket.on('data', (chunk: Uint8Array) => {
      for (const message of this.#stream.push(chunk)) this.#take(message);
    });
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(null));
  }

  /** Waits for QEMU's greeting and begins; gives its version. */
  async begin(): Promise<readonly [major: number, minor: number]> {
    const version = await this.#greeted;
    await this.execute('qmp_capabilities');
    return version;
  }

  /** Runs a command. BenchErrors `qmp-refused`, `qmp-silent`, `qmp-gone`. */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      const id = this.#next++;
      const late = setTimeout(() => this.#take({ kind: 'error', id, ...LATE }), ANSWER_MS);
      const settle = <T>(how: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(late);
          how(value);
        };
      };
      this.#pending.set(id, { command, resolve: settle(resolve), reject: settle(reject) });
      this.#socket.write(encodeQmp(id, command, args));
    });
  }

  /** Runs a command that is carried out only when its event comes, and waits for that. */
  async executeUntil(event: string, command: string): Promise<void> {
    let stop: () => void = () => undefined;
    const came = new Promise<void>((resolve) => {
      const listener = (name: string) => {
        if (name === event) resolve();
      };
      this.#events.add(listener);
      stop = () => this.#events.delete(listener);
    });
    try {
      await this.execute(command);
      await Promise.race([came, this.#gone.promise]);
    } finally {
      stop();
    }
  }

  /** Runs a command of the monitor for people; gives what it printed. */
  async human(command: string): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': command }));
  }

  close(): void {
    this.#socket.destroy();
    this.#end(null);
  }

  #take(message: QmpMessage): void {
    if (message.kind === 'greeting') this.#greet(message.version);
    if (message.kind === 'event') for (const listener of this.#events) listener(message.name);
    if (message.kind !== 'return' && message.kind !== 'error') return;
    const pending = this.#pending.get(message.id ?? -1);
    if (pending === undefined) return;
    this.#pending.delete(message.id ?? -1);
    if (message.kind === 'return') pending.resolve(message.value);
    else pending.reject(refused(pending.command, message.name, message.description));
  }

  #end(cause: Error | null): void {
    if (this.#ended !== null) return;
    this.#ended = new BenchError({
      code: 'qmp-gone',
      message: 'QEMU closed its monitor',
      ...(cause === null ? {} : { got: cause.message, cause }),
      remedy: 'look at what QEMU printed before it ended',
    });
    this.#gone.reject(this.#ended);
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}

/** A promise that only ever rejects, whether or not anybody waits for it. */
function deferredEnd(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, fail) => (reject = fail));
  promise.catch(() => undefined);
  return { promise, reject };
}

const LATE = { name: 'silent', description: `no answer within ${ANSWER_MS} ms` };

function refused(command: string, name: string, description: string): BenchError {
  const isLate = name === LATE.name;
  return new BenchError({
    code: isLate ? 'qmp-silent' : 'qmp-refused',
    message: `QEMU ${isLate ? 'does not answer' : 'refuses'} ${command}`,
    got: description,
    remedy: 'check that this QEMU is of version 6.0 or later',
  });
}
