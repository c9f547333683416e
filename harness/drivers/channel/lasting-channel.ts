import { setTimeout as sleep } from 'node:timers/promises';
import { ByteQueue } from '#core/byte-queue.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';

/** One connection to the far end, until it ends. */
export interface Connection {
  /** Resolves when the bytes have left; rejects when they may not have. */
  write(bytes: Uint8Array, options: CallOptions): Promise<void>;
  /** Lets go of port or socket; no event comes after it. */
  close(): Promise<void>;
}

/** What a connection tells. */
export interface ConnectionEvents {
  data(bytes: Uint8Array): void;
  /** It ended by itself: unplugged, hung up, restarted. A BenchError is final: nothing is tried again. */
  ended(cause: Error): void;
}

/** How a channel is connected, and for how long that is tried again. */
export interface LastingOptions<C extends Connection> {
  readonly name: string;
  connect(events: ConnectionEvents): Promise<C>;
  /** How long a far end that went away is waited for; 0: not at all. */
  readonly reconnectMs: number;
  /** The error that readers and writers get when it stays away. */
  lost(cause: Error): BenchError;
}

/** Between two attempts to connect again. */
const RETRY_MS = 100;

/**
 * A channel that outlives its connection: a board that loses power takes its USB port along, and brings it back with
 * the same name. Writes wait meanwhile; when it stays away, readers and writers are told why.
 */
export class LastingChannel<C extends Connection> implements Channel {
  readonly name: string;
  readonly incoming: ByteQueue;
  readonly #options: LastingOptions<C>;
  readonly #closing = new AbortController();
  /** The connection; pending while it is being made again. */
  #connected: Promise<C>;
  #failure: BenchError | null = null;

  private constructor(options: LastingOptions<C>) {
    this.name = options.name;
    this.#options = options;
    this.incoming = new ByteQueue(options.name);
    this.#connected = this.#connect();
  }

  /** Connects for the first time, without a second attempt: a wrong name should be told at once. */
  static async open<C extends Connection>(
    options: LastingOptions<C>,
    signal: AbortSignal,
  ): Promise<LastingChannel<C>> {
    signal.throwIfAborted();
    const channel = new LastingChannel(options);
    await channel.#connected;
    if (!signal.aborted) return channel;
    await channel.close();
    throw signal.reason as Error;
  }

  write(bytes: Uint8Array, options: CallOptions): Promise<void> {
    return this.use((connection) => connection.write(bytes, options), options);
  }

  /** Works with the connection, once there is one. */
  async use<T>(work: (connection: C) => Promise<T>, options: CallOptions): Promise<T> {
    options.signal.throwIfAborted();
    if (this.#closing.signal.aborted) throw this.#failure ?? closed(this.name);
    return work(await unlessAborted(this.#connected, options.signal));
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) this.#closing.abort(closed(this.name));
    this.incoming.end();
    const connection = await this.#connected.catch(() => null);
    await connection?.close();
  }

  async #connect(): Promise<C> {
    let over = false;
    const connection = await this.#options.connect({
      data: (bytes) => {
        if (!over) this.incoming.push(bytes);
      },
      ended: (cause) => {
        if (over || this.#closing.signal.aborted) return;
        over = true;
        this.#connected = this.#again(this.#connected, cause);
        this.#connected.catch(() => undefined);
      },
    });
    return connection;
  }

  async #again(before: Promise<C>, cause: Error): Promise<C> {
    const patience = cause instanceof BenchError ? 0 : this.#options.reconnectMs;
    const until = performance.now() + patience;
    const ended = await before.catch(() => null);
    await ended?.close().catch(() => undefined);
    let last = cause;
    while (!this.#closing.signal.aborted && performance.now() < until) {
      try {
        return await this.#kept(await this.#connect());
      } catch (error) {
        last = error as Error;
      }
      await sleep(Math.min(RETRY_MS, Math.max(0, until - performance.now())));
    }
    throw this.#fail(last);
  }

  /** A connection that was made while the channel was being closed is closed too. */
  async #kept(connection: C): Promise<C> {
    if (!this.#closing.signal.aborted) return connection;
    await connection.close();
    throw this.#closing.signal.reason as Error;
  }

  #fail(cause: Error): Error {
    if (this.#closing.signal.aborted) return this.#closing.signal.reason as Error;
    this.#failure = this.#options.lost(cause);
    this.#closing.abort(this.#failure);
    this.incoming.end(this.#failure);
    return this.#failure;
  }
}

function closed(name: string): BenchError {
  return new BenchError({
    code: 'channel-closed',
    message: `${name} is closed`,
    remedy: 'open the rig again',
  });
}

/** The value, or the signal's reason, whichever comes first. */
function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason as Error);
    signal.addEventListener('abort', aborted, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
