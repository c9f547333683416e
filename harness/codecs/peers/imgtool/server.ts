import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON_SERVER } from '#codecs/peers/imgtool/python.ts';
import { BenchError } from '#core/errors.ts';

/** What one imgtool command came to. */
export interface Answer {
  readonly code: number;
  readonly out: string;
}

/** The Python that imgtool was installed for: of ASSAY_IMGTOOL, or of the imgtool on PATH; null where there is none. */
export function imgtoolPython(env: NodeJS.ProcessEnv): string | null {
  const places = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'imgtool'));
  const script = [env['ASSAY_IMGTOOL'] ?? '', ...places].find((path) => path !== '' && existsSync(path));
  if (script === undefined) return null;
  return /^#!(\S+)/.exec(readFileSync(script, 'utf8'))?.[1] ?? null;
}

/** imgtool's own code in one long-lived process: it takes longer to load than to sign. */
export class ImgtoolServer {
  readonly #process: ChildProcess;
  readonly #waiting: ((line: string | null) => void)[] = [];

  constructor(python: string, folder: string) {
    this.#process = spawn(python, ['-c', PYTHON_SERVER], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    const settleAll = () => {
      for (const settle of this.#waiting.splice(0)) settle(null);
    };
    this.#process.once('error', settleAll).once('close', settleAll);
    // Commands may be written after the process has died; the answer that never comes says so.
    this.#process.stdin?.on('error', settleAll);
    if (this.#process.stdout !== null) {
      createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
    }
  }

  /** Runs `imgtool <args>`. BenchError where the process is gone. */
  run(...args: readonly string[]): Promise<Answer> {
    return this.#ask({ args });
  }

  /** Decrypts an image by Python's own cryptography: imgtool encrypts, but does not read. */
  decrypt(image: string, key: string, out: string): Promise<Answer> {
    return this.#ask({ decrypt: [image, key, out] });
  }

  /** Ends the process. */
  close(): void {
    this.#process.stdin?.end();
  }

  async #ask(question: object): Promise<Answer> {
    const line = await new Promise<string | null>((resolve) => {
      if (this.#process.exitCode !== null) return resolve(null);
      this.#waiting.push(resolve);
      this.#process.stdin?.write(`${JSON.stringify(question)}\n`);
    });
    if (line !== null) return JSON.parse(line) as Answer;
    throw new BenchError({
      code: 'imgtool-gone',
      message: 'imgtool’s process ended in the middle of the sweep',
      remedy: 'try: python3 -c "import imgtool.main"',
    });
  }
}
