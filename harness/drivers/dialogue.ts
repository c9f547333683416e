import type { CallOptions, Channel } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';

/** Most bytes that an answer may have; an instrument that says more answers for ever. */
const MOST = 1 << 20;
/** Bytes quoted of what came instead of an answer. */
const QUOTED = 48;
const ANSWER_MS = 3000;

/** Takes an answer out of what has come so far: null while it is not whole. It may throw what it finds wrong. */
export type Reading<T> = (received: Uint8Array) => T | null;

/** Questions to an instrument over a channel, one at a time. */
export class Dialogue implements AsyncDisposable {
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #reading: Promise<void>;
  #received: Uint8Array[] = [];
  #size = 0;
  #heard: (() => void) | null = null;
  #ended: unknown = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(channel: Channel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    this.#reading = this.#listen();
  }

  get name(): string {
    return this.#channel.name;
  }

  /** Says something that has no answer. */
  tell(bytes: Uint8Array, options: CallOptions): Promise<void> {
    return this.#inTurn(() => this.#write(bytes, options));
  }

  /**
   * Asks, and reads until the answer is whole. BenchErrors `instrument-silent` at the deadline (default 3 s),
   * `instrument-babbles` for an answer without end, `instrument-lost` when the port goes away.
   */
  ask<T>(question: Uint8Array, reading: Reading<T>, options: CallOptions): Promise<T> {
    return this.#inTurn(async () => {
      this.#forget();
      // An answer may come before the write is known to be done.
      this.#heard = () => undefined;
      try {
        await this.#write(question, options);
        return await this.#answer(reading, options);
      } finally {
        this.#heard = null;
        this.#forget();
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#channel.close();
    await this.#reading;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(bytes: Uint8Array, options: CallOptions): Promise<void> {
    options.signal.throwIfAborted();
    if (this.#ended !== null) throw this.#lost();
    await this.#channel.write(bytes, options);
  }

  #answer<T>(reading: Reading<T>, options: CallOptions): Promise<T> {
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    const wait = {
      clock: this.#clock,
      signals: [options.signal],
      deadlineMs,
      onDeadline: () => this.#silent(deadlineMs),
    };
    return waitFor<T>(wait, (resolve, reject) => {
      const look = () => {
        try {
          const answer = reading(this.#all());
          if (answer !== null) resolve(answer);
          else if (this.#ended !== null) reject(this.#lost());
          else if (this.#size > MOST) reject(this.#babbles());
        } catch (error) {
          reject(error);
        }
      };
      this.#heard = look;
      look();
      return () => {
        this.#heard = null;
      };
    });
  }

  async #listen(): Promise<void> {
    try {
      for await (const chunk of this.#channel.incoming) this.#take(chunk);
      this.#ended = 'it was closed';
    } catch (error) {
      this.#ended = error;
    }
    this.#heard?.();
  }

  /** What nobody asked for is forgotten. */
  #take(chunk: Uint8Array): void {
    if (this.#heard === null) return;
    this.#received.push(chunk);
    this.#size += chunk.length;
    this.#heard();
  }

  #all(): Uint8Array {
    if (this.#received.length > 1) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0] ?? new Uint8Array();
  }

  #forget(): void {
    this.#received = [];
    this.#size = 0;
  }

  #silent(deadlineMs: number): never {
    throw new BenchError({
      code: 'instrument-silent',
      message: `${this.name} did not answer within ${deadlineMs} ms`,
      expected: 'an answer',
      got: quoted(this.#all()),
      remedy:
        'check that the instrument is switched on, and its baud rate, address and protocol in the bench file',
    });
  }

  #babbles(): BenchError {
    return new BenchError({
      code: 'instrument-babbles',
      message: `${this.name} answers without end`,
      expected: `an answer of at most ${MOST} bytes`,
      got: quoted(this.#all()),
      remedy: 'check that the bench file names the right port: this one sends by itself',
    });
  }

  #lost(): BenchError {
    const cause = this.#ended;
    return new BenchError({
      code: 'instrument-lost',
      message: `${this.name} is gone`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'check the cable and the supply of the instrument, then run again',
      cause,
    });
  }
}

/** The last bytes of what came, as text where it is text. */
export function quoted(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  const tail = bytes.subarray(-QUOTED);
  const isText = tail.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d);
  const shown = isText
    ? JSON.stringify(Buffer.from(tail).toString('latin1'))
    : Buffer.from(tail).toString('hex');
  return `${bytes.length} bytes, the last: ${shown}`;
}
