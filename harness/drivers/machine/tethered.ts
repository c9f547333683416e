import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A program and its arguments; no shell sees them. */
export type Argv = readonly [program: string, ...args: string[]];

/** Most text of a program's error output that is kept. */
const TAIL = 2000;

/**
 * Starts the program, and ends it when the pipe to this shell closes: however we end, also by SIGKILL or as a thread
 * that is terminated, nothing is left running. The program does not share our terminal's Ctrl-C.
 */
const TETHER = `
exec 3<&0
"$@" 3<&- <&4 4<&- & child=$!
{ cat <&3; kill -9 $child; } >/dev/null 2>&1 4<&- & guard=$!
wait $child
status=$?
kill -9 $guard 2>/dev/null
exit $status
`;

/** How a program ended. */
export interface Ended {
  /** For people: `exit status 1`, `signal SIGKILL`. */
  readonly how: string;
  /** The last of what it wrote to its error output, trimmed. */
  readonly stderr: string;
}

/** Where a tethered program's standard input and output go. */
export interface TetherOptions {
  readonly cwd?: string;
}

/** A child process that cannot outlive us. */
export class Tethered {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly ended: Promise<Ended>;
  /** How it ended, once it did. */
  end: Ended | null = null;
  readonly #leash: Writable;
  #stderr = '';

  constructor(argv: Argv, options: TetherOptions = {}) {
    // Descriptor 0 is the leash, 4 the program's own input.
    const child = spawn('sh', ['-c', TETHER, 'sh', ...argv], {
      stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'],
      detached: true,
      ...options,
    }) as ChildProcessByStdio<Writable, Readable, Readable>;
    this.#leash = child.stdin;
    this.stdin = child.stdio[4] as Writable;
    this.stdout = child.stdout;
    for (const stream of [this.#leash, this.stdin, this.stdout]) stream.on('error', () => undefined);
    child.stderr.on('data', (chunk: Uint8Array) => {
      this.#stderr = (this.#stderr + Buffer.from(chunk).toString('utf8')).slice(-TAIL);
    });
    this.ended = new Promise((resolve) => {
      const settle = (how: string) => {
        this.end ??= { how, stderr: this.#stderr.trim() };
        resolve(this.end);
      };
      child.once('error', (error) => settle(error.message));
      child.once('close', (status, signal) => settle(howEnded(status, signal)));
    });
  }

  /** Ends it at once, and waits until it has. */
  async kill(): Promise<void> {
    this.#leash.destroy();
    await this.ended;
  }
}

/** A shell tells a signal as 128 and its number; 127: there was no such program. */
function howEnded(status: number | null, signal: string | null): string {
  if (signal !== null) return `signal ${signal}`;
  if (status !== null && status > 128) return `signal ${status - 128}`;
  return `exit status ${status}`;
}
