import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A long-lived Python that answers each line of JSON with one: the vendors' tools take longer to load than to work. */
export class PythonProcess {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string | null) => void)[] = [];
  readonly #ended: Promise<void>;
  #isGone = false;

  constructor(python: string, args: readonly string[], options: { readonly cwd?: string } = {}) {
    this.#child = spawn(python, args, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = this.#child.stdout === null ? null : createInterface({ input: this.#child.stdout });
    lines?.on('line', (line) => this.#waiting.shift()?.(line));
    // Lines that were still in the pipe when the process ended come before the end of the reader.
    lines?.once('close', () => this.#gone());
    // Requests may be written after the process has died; the answer that never comes says so.
    this.#child.stdin?.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => resolve()).once('error', () => resolve());
    });
    this.#child.once('error', () => this.#gone());
  }

  /** The next line that the process says; null where it is gone. */
  hear(): Promise<unknown> {
    return new Promise<string | null>((resolve) => {
      if (this.#isGone) resolve(null);
      else this.#waiting.push(resolve);
    }).then((line) => (line === null ? null : (JSON.parse(line) as unknown)));
  }

  /** Asks one thing; null where the process is gone. */
  ask(request: object): Promise<unknown> {
    const answer = this.hear();
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  /** Ends the process by ending its input, which is how it clears up, and waits for it. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  #gone(): void {
    this.#isGone = true;
    for (const settle of this.#waiting.splice(0)) settle(null);
  }
}
