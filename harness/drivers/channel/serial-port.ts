import { realpath } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Connection, ConnectionEvents } from '#drivers/channel/lasting-channel.ts';
import { holdersText } from '#drivers/channel/port-holder.ts';
import type { ModemLines } from '#drivers/channel/serial-line.ts';

/** How often to look whether the port is still there: on a hung-up terminal the driver reads nothing for ever. */
const LOOK_MS = 500;
/** Every so many looks also at who else has the port open. */
const THIEF_LOOKS = 4;

/** Opens and locks a port once. Errors are the operating system's. */
export async function openPort(
  path: string,
  baudRate: number,
  events: ConnectionEvents,
): Promise<SerialConnection> {
  const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true, hupcl: false });
  await settled((done) => port.open(done));
  const device = await realpath(path).catch(() => path);
  return new SerialConnection({ path, device, port, events });
}

interface Opened {
  readonly path: string;
  /** What the path led to when it was opened. */
  readonly device: string;
  readonly port: SerialPort;
  readonly events: ConnectionEvents;
}

/** One opening of a serial port. */
export class SerialConnection implements Connection {
  readonly #opened: Opened;
  readonly #looking: NodeJS.Timeout;
  /** The operating system asserts both when it opens a port. */
  #lines: Required<ModemLines> = { dtr: true, rts: true };
  #looks = 0;
  #over = false;

  constructor(opened: Opened) {
    this.#opened = opened;
    const { port, events } = opened;
    port.on('data', (chunk: Uint8Array) => events.data(Uint8Array.from(chunk)));
    port.on('error', (error: Error) => this.#end(error));
    port.on('close', (error: Error | null) => this.#end(error ?? new Error('the port was closed')));
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
    this.#looking.unref();
  }

  /** Resolves when the bytes have left the machine. */
  async write(bytes: Uint8Array, { signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    const { port } = this.#opened;
    if (!port.isOpen) throw this.#gone(new Error('the port is closed'));
    await new Promise<void>((resolve, reject) => {
      const aborted = () => {
        port.flush();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', aborted, { once: true });
      const done = (error?: Error | null) => {
        signal.removeEventListener('abort', aborted);
        if (error) reject(this.#gone(error));
        else resolve();
      };
      port.write(bytes, (error) => (error ? done(error) : port.drain(done)));
    });
  }

  /** False where the port has no control lines. */
  async setLines({ dtr, rts }: ModemLines): Promise<boolean> {
    if (dtr === undefined && rts === undefined) return true;
    const { port } = this.#opened;
    try {
      const wanted = { ...(dtr === undefined ? {} : { dtr }), ...(rts === undefined ? {} : { rts }) };
      await settled((done) => port.set({ ...this.#lines, ...wanted }, done));
      this.#lines = { ...this.#lines, ...wanted };
      return true;
    } catch (error) {
      if (port.isOpen && /cannot set|ioctl|inappropriate/i.test((error as Error).message)) return false;
      throw this.#gone(error as Error);
    }
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const { port } = this.#opened;
    try {
      await settled((done) => port.drain(done));
      await settled((done) => port.update({ baudRate }, done));
    } catch (error) {
      throw this.#gone(error as Error);
    }
  }

  async purge(): Promise<void> {
    try {
      await settled((done) => this.#opened.port.flush(done));
    } catch (error) {
      throw this.#gone(error as Error);
    }
  }

  async close(): Promise<void> {
    this.#stop();
    const { port } = this.#opened;
    if (port.isOpen) await settled((done) => port.close(done));
    port.removeAllListeners();
    port.on('error', () => undefined);
  }

  #stop(): void {
    this.#over = true;
    clearInterval(this.#looking);
  }

  #end(cause: Error): void {
    if (this.#over) return;
    this.#stop();
    this.#opened.events.ended(cause);
  }

  async #look(): Promise<void> {
    const { path, device } = this.#opened;
    this.#looks += 1;
    try {
      if ((await realpath(path)) !== device) throw new Error(`${path} is another device now`);
      const thief = this.#looks % THIEF_LOOKS === 0 ? await holdersText(path) : null;
      if (thief !== null) this.#end(stolen(path, thief));
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #gone(cause: Error): BenchError {
    return new BenchError({
      code: 'serial-lost',
      message: `the serial port ${this.#opened.path} is gone`,
      got: cause.message,
      remedy: 'check the cable and the hub, then run again',
      cause,
    });
  }
}

/** Another program reads what is meant for us: nothing that follows can be trusted. */
function stolen(path: string, thief: string): BenchError {
  return new BenchError({
    code: 'serial-stolen',
    message: `another program opened the serial port ${path} as well`,
    expected: 'nobody else on the port while it is in use',
    got: thief,
    remedy: 'close the other program, then run again',
  });
}

function settled(start: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
