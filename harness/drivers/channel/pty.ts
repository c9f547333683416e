import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';

export interface PtyOptions {
  /** A name for the terminal that stays, a symbolic link; default only the system's own name. */
  readonly link?: string;
}

/** A pseudo-terminal: other programs open `path` as a serial port, and the channel is its far end. */
export interface Pty extends Channel {
  readonly path: string;
}

/** Bytes that may wait for a reader; what comes on top is lost, as on a wire without a listener. */
const BACKLOG = 16_384;

/** Opens a pseudo-terminal through socat, since Node has none of its own. BenchErrors `no-socat`, `pty-open`. */
export async function openPty(options: PtyOptions = {}): Promise<Pty> {
  const terminal = ['PTY', 'rawer', ...(options.link === undefined ? [] : [`link=${options.link}`])];
  const child = spawn('socat', ['-d', '-d', terminal.join(','), 'STDIO'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const path = await pathOf(child);
  return new SocatPty(options.link ?? path, child);
}

/** What socat says the terminal is called. */
async function pathOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  let path = '';
  const ended = Promise.race([
    once(child, 'error').then(([error]) => error as NodeJS.ErrnoException),
    once(child, 'exit').then(() => new Error(said.at(-1) ?? 'socat ended')),
  ]);
  const named = new Promise<string>((resolve) => {
    const lines = createInterface({ input: child.stderr ?? process.stdin });
    lines.on('line', (line) => {
      said.splice(0, said.length - 3);
      said.push(line);
      path = / PTY is (\/\S+)$/.exec(line)?.[1] ?? path;
      // Only then is there a link, too.
      if (line.includes('starting data transfer')) resolve(path);
    });
  });
  const first = await Promise.race([named, ended]);
  if (typeof first === 'string') return first;
  throw 'code' in first && first.code === 'ENOENT' ? missing(first) : refused(first);
}

class SocatPty implements Pty {
  readonly name: string;
  readonly incoming: ByteQueue;
  readonly path: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(path: string, child: ChildProcess) {
    this.path = path;
    this.name = path;
    this.#child = child;
    this.incoming = new ByteQueue(path);
    this.#ended = once(child, 'close').then(() => this.incoming.end());
    child.stdout?.on('data', (chunk: Uint8Array) => this.incoming.push(Uint8Array.from(chunk)));
    child.stdin?.on('error', () => undefined);
  }

  /** Never waits: a wire does not care whether anybody listens. */
  write(bytes: Uint8Array, { signal }: CallOptions): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const sink = this.#child.stdin;
    if (sink?.writable === true && sink.writableLength < BACKLOG) sink.write(bytes);
    return Promise.resolve();
  }

  /** Takes the terminal away, which programs that have it open see as an unplugged port. */
  async close(): Promise<void> {
    this.incoming.end();
    this.#child.kill();
    await this.#ended;
  }
}

function missing(cause: Error): BenchError {
  return new BenchError({
    code: 'no-socat',
    message: 'a pseudo-terminal needs socat, which is not installed',
    remedy: 'install it (apt-get install socat), or use a TCP port instead (--tcp)',
    cause,
  });
}

function refused(cause: Error): BenchError {
  return new BenchError({
    code: 'pty-open',
    message: 'socat makes no pseudo-terminal',
    got: cause.message,
    remedy: 'check that the name for it is free, or use a TCP port instead (--tcp)',
    cause,
  });
}
