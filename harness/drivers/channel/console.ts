import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError, PeerError } from '#core/errors.ts';
import type { ConsoleLine } from '#core/rig.ts';
import { waitFor } from '#core/wait.ts';
import { encodeSmpSerial, latin1, SmpSerialDecoder, type SerialItem } from '#codecs/smp-serial.ts';
import type { SmpLink } from '#drivers/channel/smp-link.ts';

/** Lines kept for a diagnosis, and characters of them that are told: what follows in an error has to be seen too. */
const TAIL = 12;
const LONGEST_LINE = 80;
const LONGEST_TAIL = 700;
/** Length field and CRC share the server's buffer with the packet. */
const SMP_FRAMING = 4;
/** Longest wait for a line unless the caller knows better. */
const LINE_MS = 10_000;

/**
 * Reads a channel once for many: console lines, SMP packets and raw bytes, each for any number of listeners, in the
 * order they came. `closed` is aborted, with the reason, when the channel ends.
 */
export class ConsoleHub implements SmpLink {
  readonly name: string;
  readonly closed: AbortSignal;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #decoder = new SmpSerialDecoder();
  readonly #lines = new Set<(line: ConsoleLine) => void>();
  readonly #packets = new Set<(packet: Uint8Array) => void>();
  readonly #bytes = new Set<(bytes: Uint8Array) => void>();
  readonly #written = new Set<(bytes: Uint8Array) => void>();
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

  /** Bytes as they are written; gives how to stop listening. */
  onWritten(listener: (bytes: Uint8Array) => void): () => void {
    return listen(this.#written, listener);
  }

  async write(bytes: Uint8Array, options: CallOptions): Promise<void> {
    this.closed.throwIfAborted();
    for (const listener of this.#written) listener(bytes);
    await this.#channel.write(bytes, options);
  }

  /** Sends an SMP packet as console lines. */
  sendPacket(packet: Uint8Array, options: CallOptions): Promise<void> {
    return this.write(encodeSmpSerial(packet), options);
  }

  room(bufferSize: number): number {
    return bufferSize - SMP_FRAMING;
  }

  /**
   * The next line that a pattern fits, from now on. PeerError `line-not-seen`, with the last lines, after the deadline
   * (default 10 s).
   */
  waitForLine(pattern: RegExp, options: CallOptions): Promise<ConsoleLine> {
    const { signal, deadlineMs = LINE_MS } = options;
    const onDeadline = () => {
      throw notSeen(this, pattern, deadlineMs);
    };
    return waitFor<ConsoleLine>(
      { clock: this.#clock, signals: [signal, this.closed], deadlineMs, onDeadline },
      (resolve) =>
        this.onLine((line) => {
          if (line.text.search(pattern) !== -1) resolve(line);
        }),
    );
  }

  /** The last lines, then the unfinished one, as one text for an error or a `why`. */
  tail(): string {
    const lines = this.#tail.map((line) => line.text);
    if (this.#decoder.pending !== '') lines.push(this.#decoder.pending);
    if (lines.length === 0) return 'no console output';
    return `last console lines: ${lines.map(excerpt).join(' | ').slice(-LONGEST_TAIL)}`;
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

function excerpt(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line;
}

function notSeen(hub: ConsoleHub, pattern: RegExp, deadlineMs: number): PeerError {
  return new PeerError({
    code: 'line-not-seen',
    message: `${hub.name} did not print what was waited for within ${deadlineMs} ms`,
    expected: String(pattern),
    got: hub.tail(),
    remedy: 'see the last lines for a crash; check the speed of the port, and that the board has power',
  });
}

function failed(name: string, cause: unknown): BenchError {
  // The port's own error says more.
  if (cause instanceof BenchError) return cause;
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
