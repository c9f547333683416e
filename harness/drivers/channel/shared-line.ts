import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';

/**
 * One serial line for two users in turn: the console, and whoever borrows it to speak another protocol. What comes
 * meanwhile is the borrower's, and no line of the console.
 */
export class SharedLine {
  /** The line while nobody borrows it; closing it closes the line. */
  readonly console: Channel;
  readonly #line: SerialLine;
  readonly #toConsole: ByteQueue;
  readonly #reading: Promise<void>;
  #borrowed: ByteQueue | null = null;

  constructor(line: SerialLine) {
    this.#line = line;
    this.#toConsole = new ByteQueue(line.name);
    this.console = {
      name: line.name,
      incoming: this.#toConsole,
      write: (bytes, options) => this.#fromConsole(bytes, options),
      close: () => this.#close(),
    };
    this.#reading = this.#read();
  }

  /** The line for one user, until he closes it. BenchError `line-borrowed` where somebody has it. */
  borrow(): SerialLine {
    if (this.#borrowed !== null) throw inUse(this.#line.name);
    const queue = new ByteQueue(this.#line.name);
    this.#borrowed = queue;
    return {
      name: this.#line.name,
      incoming: queue,
      write: (bytes, options) => this.#line.write(bytes, options),
      setLines: (lines, options) => this.#line.setLines(lines, options),
      setBaudRate: (baudRate, options) => this.#line.setBaudRate(baudRate, options),
      purge: (options) => this.#line.purge(options),
      close: () => {
        queue.end();
        if (this.#borrowed === queue) this.#borrowed = null;
        return Promise.resolve();
      },
    };
  }

  async #fromConsole(bytes: Uint8Array, options: CallOptions): Promise<void> {
    if (this.#borrowed !== null) throw inUse(this.#line.name);
    await this.#line.write(bytes, options);
  }

  async #read(): Promise<void> {
    let failure: Error | null = null;
    try {
      for await (const chunk of this.#line.incoming) (this.#borrowed ?? this.#toConsole).push(chunk);
    } catch (error) {
      failure = error as Error;
    }
    this.#borrowed?.end(failure);
    this.#toConsole.end(failure);
  }

  async #close(): Promise<void> {
    this.#borrowed?.end();
    this.#toConsole.end();
    await this.#line.close();
    await this.#reading;
  }
}

function inUse(name: string): BenchError {
  return new BenchError({
    code: 'line-borrowed',
    message: `${name} is in use by the board's serial loader`,
    remedy: 'restart the board, which ends that, then try again',
  });
}
