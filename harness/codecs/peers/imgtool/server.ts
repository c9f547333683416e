import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PythonProcess } from '#codecs/peers/python-process.ts';
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
  readonly #process: PythonProcess;

  constructor(python: string, folder: string) {
    this.#process = new PythonProcess(python, ['-c', PYTHON_SERVER], { cwd: folder });
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
  close(): Promise<void> {
    return this.#process.stop();
  }

  async #ask(question: object): Promise<Answer> {
    const answer = await this.#process.ask(question);
    if (answer !== null) return answer as Answer;
    throw new BenchError({
      code: 'imgtool-gone',
      message: 'imgtool’s process ended in the middle of the sweep',
      remedy: 'try: python3 -c "import imgtool.main"',
    });
  }
}
