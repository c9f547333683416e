import { access } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Instrument } from '#drivers/instrument.ts';

export interface SerialSettings {
  /** Prefer a name that stays: `/dev/serial/by-id/...`. */
  readonly path: string;
  /** Default 115200. */
  readonly baudRate?: number;
}

/** A serial port, 8N1 without flow control, locked against other programs. */
export function serial(settings: SerialSettings): Instrument<Channel> {
  const { path, baudRate = 115_200 } = settings;
  return {
    description: `serial ${path}, ${baudRate} baud`,
    open: (context) => openSerial(path, baudRate, context),
  };
}

async function openSerial(path: string, baudRate: number, options: CallOptions): Promise<Channel> {
  options.signal.throwIfAborted();
  const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true, hupcl: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(cannotOpen(path, error))));
  });
  return new SerialChannel(path, port);
}

/** How often to look whether the port is still there: on a hung-up terminal the driver reads nothing for ever. */
const LOOK_MS = 500;

class SerialChannel implements Channel {
  readonly name: string;
  readonly incoming: ByteQueue;
  readonly #port: SerialPort;
  readonly #looking: NodeJS.Timeout;

  constructor(path: string, port: SerialPort) {
    this.name = path;
    this.#port = port;
    this.incoming = new ByteQueue(path);
    port.on('data', (chunk: Uint8Array) => this.incoming.push(Uint8Array.from(chunk)));
    port.on('error', (error: Error) => this.incoming.end(lost(path, error)));
    port.on('close', (error: Error | null) => this.incoming.end(error === null ? null : lost(path, error)));
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
    this.#looking.unref();
  }

  /** Resolves when the bytes have left the machine. */
  write(bytes: Uint8Array, options: CallOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (options.signal.aborted) {
        reject(options.signal.reason as Error);
        return;
      }
      if (!this.#port.isOpen) {
        reject(lost(this.name, new Error('the port is closed')));
        return;
      }
      const aborted = () => {
        this.#port.flush();
        reject(options.signal.reason as Error);
      };
      options.signal.addEventListener('abort', aborted, { once: true });
      const done = (error?: Error | null) => {
        options.signal.removeEventListener('abort', aborted);
        if (error) reject(lost(this.name, error));
        else resolve();
      };
      this.#port.write(bytes, (error) => (error ? done(error) : this.#port.drain(done)));
    });
  }

  close(): Promise<void> {
    clearInterval(this.#looking);
    this.incoming.end();
    if (!this.#port.isOpen) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#port.close((error) => (error === null ? resolve() : reject(lost(this.name, error))));
    });
  }

  async #look(): Promise<void> {
    try {
      await access(this.name);
    } catch (error) {
      clearInterval(this.#looking);
      this.incoming.end(lost(this.name, error as Error));
      if (this.#port.isOpen) this.#port.close(() => undefined);
    }
  }
}

/** What usually is the matter, by the words of the operating system. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/lock|busy|Access denied/i, 'close the other program that holds the port'],
  [/permission/i, 'give your user access to the port: on Linux, membership of the group dialout'],
  [
    /no such file|not found|cannot find/i,
    'plug the board in, and check the path with: ls -l /dev/serial/by-id',
  ],
];

function cannotOpen(path: string, cause: Error): BenchError {
  const known = REMEDIES.find(([pattern]) => pattern.test(cause.message));
  return new BenchError({
    code: 'serial-open',
    message: `the serial port ${path} cannot be opened`,
    got: cause.message,
    remedy: known?.[1] ?? 'check that the path is a serial port',
    cause,
  });
}

function lost(path: string, cause: Error): BenchError {
  return new BenchError({
    code: 'serial-lost',
    message: `the serial port ${path} is gone`,
    got: cause.message,
    remedy: 'check the cable and the hub, then run again',
    cause,
  });
}
