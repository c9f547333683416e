import { ByteQueue } from '#core/byte-queue.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';

/** A serial line whose far end is a function of the test. */
export class WiredLine implements SerialLine {
  readonly name = 'wired line';
  readonly incoming = new ByteQueue('wired line');
  isClosed = false;
  readonly #hear: (bytes: Uint8Array, line: WiredLine) => void;

  constructor(hear: (bytes: Uint8Array, line: WiredLine) => void) {
    this.#hear = hear;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#hear(bytes.slice(), this);
    return Promise.resolve();
  }

  /** The far end says something. */
  say(bytes: Uint8Array): void {
    this.incoming.push(bytes.slice());
  }

  setLines(): Promise<boolean> {
    return Promise.resolve(true);
  }

  setBaudRate(): Promise<void> {
    return Promise.resolve();
  }

  purge(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.incoming.end();
    return Promise.resolve();
  }
}
