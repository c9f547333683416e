import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import type { ConsoleLine } from '#core/rig.ts';
import { latin1, SmpSerialDecoder, type SerialItem } from '#codecs/smp-serial.ts';

/** Lines kept for a diagnosis. */
const TAIL = 12;

/**
 * Reads a channel once for many: console lines, SMP packets and raw bytes, each for any number of listeners, in the
 * order they came. `closed` is aborted, with the reason, when the channel ends.
 */
export class ConsoleHub {
  readonly name: string;
  readonly closed: AbortSignal;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #decoder = new SmpSerialDecoder();
  readonly #lines = new Set<(line: ConsoleLine) => void>();
  readonly #packets = new Set<(packet: Uint8Array) => void>();
  readonly #bytes = new Set<(bytes: Uint8Array) => void>();
  readonly #ended = new AbortController();
  readonly #reading: Promise<void>;
  #tail: ConsoleLine[] = [];
  /** Why the channel ended, when nobody closed it. */
  #failure: BenchError | null = null;

  constructor(channel: Channel, clock: Clock) {
    this.name = channel.name;
    this.closed = this.#ended.signal;
    this.#channel = channel;
    this.#clock = clock;
    this.#reading = this.#read();
  }

  /** Console lines, those that look like damaged frames among them; gives how to stop listening. */
  onLine(listener: (line: ConsoleLine) => void): () => void {
    return listen(this.#lines, listener);
  }

  /** Whole SMP packets with a good CRC; gives how to stop listening. */
  onPacket(listener: (packet: Uint8Array) => void): () => void {
    return listen(this.#packets, listener);
  }

  /** Bytes as they come; gives how to stop listening. */
  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    return listen(this.#bytes, listener);
  }

  async write(bytes: Uint8Array, options: CallOptions): Promise<void> {
    this.closed.throwIfAborted();
    await this.#channel.write(bytes, options);
  }

  /** The last lines, then the unfinished one, as one text for an error or a `why`. */
  tail(): string {
    const lines = this.#tail.map((line) => line.text);
    if (this.#decoder.pending !== '') lines.push(this.#decoder.pending);
    return lines.length === 0 ? 'no console output' : `last console lines: ${lines.join(' | ')}`;
  }

  /** Starts the tail anew, when a scenario begins. */
  clearTail(): void {
    this.#tail = [];
  }

  /** The raw channel for one more reader, from now on; closing it leaves the hub open. */
  tap(): Channel {
    const queue = new ByteQueue(`a tap of ${this.name}`);
    const stop = this.onBytes((bytes) => queue.push(bytes));
    const end = () => queue.end(this.#failure);
    if (this.closed.aborted) end();
    this.closed.addEventListener('abort', end, { once: true });
    return {
      name: this.name,
      incoming: queue,
      write: (bytes, options) => this.write(bytes, options),
      close: () => {
        stop();
        queue.end();
        return Promise.resolve();
      },
    };
  }

  /** Closes the channel and waits until its reader has ended. */
  async close(): Promise<void> {
    this.#end(undefined);
    await this.#channel.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#channel.incoming) this.#take(chunk);
      this.#end(undefined);
    } catch (cause) {
      this.#end(cause);
    }
  }

  #take(chunk: Uint8Array): void {
    for (const listener of this.#bytes) listener(chunk);
    for (const item of this.#decoder.push(chunk)) this.#sort(item);
  }

  #sort(item: SerialItem): void {
    if (item.kind === 'packet') {
      for (const listener of this.#packets) listener(item.packet);
      return;
    }
    const text = item.kind === 'text' ? item.text : latin1(item.line);
    if (text === '') return;
    const line = { atMs: this.#clock.now(), text };
    this.#tail = [...this.#tail.slice(1 - TAIL), line];
    for (const listener of this.#lines) listener(line);
  }

  #end(cause: unknown): void {
    if (this.closed.aborted) return;
    if (cause !== undefined) this.#failure = failed(this.name, cause);
    this.#ended.abort(this.#failure ?? closed(this.name));
  }
}

function failed(name: string, cause: unknown): BenchError {
  return new BenchError({
    code: 'channel-failed',
    message: `reading ${name} failed`,
    got: cause instanceof Error ? cause.message : String(cause),
    remedy: 'check the cable and that nothing else holds the port',
    cause,
  });
}

function closed(name: string): BenchError {
  return new BenchError({
    code: 'channel-closed',
    message: `${name} is closed`,
    remedy: 'open the rig again',
  });
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
