import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError, isAssayError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { encodeSlip, SlipDecoder, type SlipManner } from '#codecs/slip.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';

/** Bytes kept for a diagnosis, those of them that an error shows, and frames that wait for a reader. */
const KEPT = 2048;
const SHOWN = 64;
const MOST_FRAMES = 256;

/** How a loader frames what it sends. */
export interface LinkManner extends SlipManner {
  /** Longest frame it may send. */
  readonly limit: number;
}

/** Frames that are no answer, before a device is given up that talks for ever. */
const MOST_STRANGERS = 100;

/** What is waited for, and the errors that its absence is. */
export interface Awaited<T> {
  readonly deadlineMs: number;
  /** What a frame says; null where it is no answer to us. Throws where it is a refusal. */
  read(frame: Uint8Array): T | null;
  silent(): Error;
  /** Frames came without end, none of them an answer; `most` were read. */
  babbles(most: number): Error;
}

/** Frames over a serial line, for one client that asks and waits. */
export class SlipLink {
  readonly line: SerialLine;
  readonly clock: Clock;
  readonly #manner: LinkManner;
  readonly #decoder: SlipDecoder;
  readonly #reading: Promise<void>;
  readonly #ended = new AbortController();
  #frames: Uint8Array[] = [];
  #kept: Uint8Array = new Uint8Array(0);
  /** Bytes since the last purge. */
  #heard = 0;
  #arrived: (() => void) | null = null;

  constructor(line: SerialLine, clock: Clock, manner: LinkManner) {
    this.line = line;
    this.clock = clock;
    this.#manner = manner;
    this.#decoder = new SlipDecoder(manner.limit);
    this.#reading = this.#read();
  }

  /** Sends a frame. */
  send(frame: Uint8Array, options: CallOptions): Promise<void> {
    return this.line.write(encodeSlip(frame, this.#manner), options);
  }

  /** The next frame; null where none comes in time. */
  async next(deadlineMs: number, { signal }: CallOptions): Promise<Uint8Array | null> {
    const waiting = this.#frames.shift();
    if (waiting !== undefined) return waiting;
    this.#ended.signal.throwIfAborted();
    const signals = [signal, this.#ended.signal];
    const come = await waitFor(
      { clock: this.clock, signals, deadlineMs, onDeadline: () => false },
      (resolve) => {
        this.#arrived = () => resolve(true);
        return () => (this.#arrived = null);
      },
    );
    return come ? (this.#frames.shift() ?? null) : null;
  }

  /** The first frame that is an answer. */
  async answer<T>(awaited: Awaited<T>, options: CallOptions): Promise<T> {
    const until = this.clock.now() + awaited.deadlineMs;
    for (let strangers = 0; strangers < MOST_STRANGERS; strangers++) {
      const frame = await this.next(Math.max(0, until - this.clock.now()), options);
      if (frame === null) throw awaited.silent();
      const answer = awaited.read(frame);
      if (answer !== null) return answer;
    }
    throw awaited.babbles(MOST_STRANGERS);
  }

  /** Forgets what came so far, and what waits in the port. */
  async purge(options: CallOptions): Promise<void> {
    await this.line.purge(options);
    this.#frames = [];
    this.#heard = 0;
    this.#decoder.reset();
  }

  /** The last bytes since the purge, for an error: as text where they are text, else in hex. */
  excerpt(): string {
    const bytes = this.#sincePurge().subarray(-SHOWN);
    if (bytes.length === 0) return 'no byte';
    const printable = bytes
      .toString('latin1')
      .replaceAll(/[^\x20-\x7e]+/g, ' ')
      .trim();
    const isText = printable.length >= 0.8 * bytes.length;
    return `last bytes: ${isText ? JSON.stringify(printable) : bytes.toString('hex')}`;
  }

  /** What came since the purge, as text: where the boot log would be. */
  text(): string {
    return this.#sincePurge().toString('latin1');
  }

  /** Closes the line and waits until its reader has ended. */
  async close(): Promise<void> {
    this.#end(closed(this.line.name));
    await this.line.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.line.incoming) this.#take(chunk);
      this.#end(closed(this.line.name));
    } catch (cause) {
      this.#end(isAssayError(cause) ? cause : failed(this.line.name, cause));
    }
  }

  #take(chunk: Uint8Array): void {
    this.#heard += chunk.length;
    this.#kept = Uint8Array.from(Buffer.concat([this.#kept, chunk]).subarray(-KEPT));
    for (const item of this.#decoder.push(chunk)) {
      if (item.kind === 'frame' && this.#frames.length < MOST_FRAMES) this.#frames.push(item.frame);
    }
    if (this.#frames.length > 0) this.#arrived?.();
  }

  #sincePurge(): Buffer {
    return Buffer.from(this.#kept.subarray(Math.max(0, this.#kept.length - this.#heard)));
  }

  #end(reason: Error): void {
    if (!this.#ended.signal.aborted) this.#ended.abort(reason);
  }
}

function closed(name: string): BenchError {
  return new BenchError({
    code: 'channel-closed',
    message: `${name} is closed`,
    remedy: 'open the rig again',
  });
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
