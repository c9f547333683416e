import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { InternalError } from '#core/errors.ts';

/** A Python that has the vendor's esptool 5 (PyPI). */
const PYTHON = process.env['ASSAY_ESPTOOL_PYTHON'] ?? 'python3';
const DRIVER = fileURLToPath(new URL('driver.py', import.meta.url));

/** What the vendor's tools know of a chip. */
export interface TheirChip {
  readonly id: number;
  readonly title: string;
  readonly bootloader: number;
  readonly frequencies: Readonly<Record<string, number>>;
  /** Where each kind of memory starts. */
  readonly memory: Readonly<Record<string, number>>;
  readonly irom: number;
}

/** A row of the partition table as the vendor's generator reads it. */
export interface TheirRow {
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
  readonly label: string;
  readonly flags: number;
}

/** An answer; which members are there depends on the operation. */
export interface Answer {
  readonly ok: boolean;
  /** What the tool printed. */
  readonly lines: readonly string[];
  readonly error?: string;
  readonly version?: string;
  readonly chips?: Readonly<Record<string, TheirChip>>;
  readonly partitions?: boolean;
  /** Base64. */
  readonly image?: string;
  readonly table?: string;
  readonly digest?: string;
  readonly rows?: readonly TheirRow[];
  readonly entries?: readonly ({
    readonly seq: number;
    readonly state: number;
    readonly bytes: string;
  } | null)[];
}

/** One process of the vendor's tools, asked one thing after another. */
export class EsptoolProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  /** Resolves when the process ended, or never started. */
  readonly #ended: Promise<null>;
  #answered: (line: string) => void = () => undefined;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('error', () => resolve(null));
      child.once('exit', () => resolve(null));
    });
    child.stdin.on('error', () => undefined); // The end of the process tells the same, and better.
    child.stderr.resume();
    createInterface({ input: child.stdout }).on('line', (line) => this.#answered(line));
  }

  /** Starts the process; null where there is no Python with esptool 5. */
  static async start(): Promise<{ readonly tools: EsptoolProcess; readonly hello: Answer } | null> {
    const tools = new EsptoolProcess(spawn(PYTHON, [DRIVER], { stdio: ['pipe', 'pipe', 'pipe'] }));
    const hello = await tools.ask('hello', {}).catch(() => null);
    if (hello?.version?.startsWith('5.') === true) return { tools, hello };
    await tools.stop();
    return null;
  }

  /** Asks for one operation of `driver.py`. InternalError when the process ends instead of answering. */
  async ask(operation: string, request: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = new Promise<string>((resolve) => {
      this.#answered = resolve;
    });
    this.#child.stdin.write(`${JSON.stringify({ do: operation, ...request })}\n`);
    const line = await Promise.race([answer, this.#ended]);
    if (line !== null) return JSON.parse(line) as Answer;
    throw new InternalError({
      code: 'esptool-ended',
      message: `the esptool process ended while it was asked for ${operation}`,
      remedy: 'run driver.py by hand and look at its trace',
    });
  }

  /** Ends the process and waits for it. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}

/** Bytes for a request. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Bytes of an answer; empty where it has none. */
export function fromBase64(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? '', 'base64'));
}
