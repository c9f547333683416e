import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';

/** The near end of a console while a machine is on. */
export interface ConsoleEnd {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): unknown;
}

/**
 * The console of a machine as a channel that stays over power cuts: what is written while the machine is off goes into a
 * UART without power.
 */
export class MachineConsole implements Channel {
  readonly name: string;
  readonly incoming: ByteQueue;
  #end: ConsoleEnd | null = null;
  #closed = false;

  constructor(name: string) {
    this.name = name;
    this.incoming = new ByteQueue(name);
  }

  /** A machine came on; its bytes come by `receive`. */
  attach(end: ConsoleEnd): void {
    this.#end = end;
  }

  /** The machine is off. */
  detach(): void {
    this.#end = null;
  }

  receive(bytes: Uint8Array): void {
    this.incoming.push(Uint8Array.from(bytes));
  }

  /** Resolves when the machine's end has taken the bytes; its UART reads them as it can. */
  write(bytes: Uint8Array, { signal }: CallOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.#closed) {
        reject(signal.aborted ? (signal.reason as Error) : closed(this.name));
        return;
      }
      const end = this.#end;
      if (end === null) {
        resolve();
        return;
      }
      const aborted = () => reject(signal.reason as Error);
      signal.addEventListener('abort', aborted, { once: true });
      // A machine that dies under a write is told by its power, not by its console.
      end.write(bytes, () => {
        signal.removeEventListener('abort', aborted);
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.detach();
    this.incoming.end();
    return Promise.resolve();
  }
}

function closed(name: string): BenchError {
  return new BenchError({
    code: 'channel-closed',
    message: `${name} is closed`,
    remedy: 'open the rig again',
  });
}
