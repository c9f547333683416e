import { fileURLToPath } from 'node:url';
import { PythonProcess } from '#codecs/peers/python-process.ts';
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
  readonly #process = new PythonProcess(PYTHON, [DRIVER]);

  /** Starts the process; null where there is no Python with esptool 5. */
  static async start(): Promise<{ readonly tools: EsptoolProcess; readonly hello: Answer } | null> {
    const tools = new EsptoolProcess();
    const hello = await tools.ask('hello', {}).catch(() => null);
    if (hello?.version?.startsWith('5.') === true) return { tools, hello };
    await tools.stop();
    return null;
  }

  /** Asks for one operation of `driver.py`. InternalError when the process ends instead of answering. */
  async ask(operation: string, request: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = await this.#process.ask({ do: operation, ...request });
    if (answer !== null) return answer as Answer;
    throw new InternalError({
      code: 'esptool-ended',
      message: `the esptool process ended while it was asked for ${operation}`,
      remedy: 'run driver.py by hand and look at its trace',
    });
  }

  /** Ends the process and waits for it. */
  stop(): Promise<void> {
    return this.#process.stop();
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
