import type { Socket } from 'node:net';
import { BenchError } from '#core/errors.ts';
import { encodeGdbPacket, GDB_ACK, GDB_NACK, type GdbItem, GdbStream } from '#codecs/gdb-packet.ts';
import { type GdbStop, parseGdbRunning } from '#codecs/gdb-reply.ts';

/** Times a damaged packet is asked for again, either way. */
const TRIES = 3;
/** Console text of the target that is kept for a diagnosis. */
const TAIL = 400;

/** An answer that is waited for. */
interface Pending {
  readonly packet: Uint8Array;
  tries: number;
  resolve(body: Uint8Array): void;
  reject(error: unknown): void;
}

/** A halt that is waited for. */
interface StopWaiter {
  resolve(stop: GdbStop): void;
  reject(error: unknown): void;
}

/**
 * Packets of the GDB remote protocol over a connection: one question at a time, acknowledged and repeated where damaged;
 * halts of the target are told apart from answers, whenever they come.
 */
export class GdbLink {
  readonly name: string;
  /** Aborted, with the reason, when the connection ends. */
  readonly closed: AbortSignal;
  readonly #socket: Socket;
  readonly #stream = new GdbStream();
  readonly #ended = new AbortController();
  #pending: Pending | null = null;
  #waiter: StopWaiter | null = null;
  /** A halt that nobody has asked about yet. */
  #stop: GdbStop | null = null;
  #console = '';
  #garbled = 0;
  /** Answers to questions that were taken back: they come in order, before that of the next question. */
  #owed = 0;

  constructor(name: string, socket: Socket) {
    this.name = name;
    this.#socket = socket;
    this.closed = this.#ended.signal;
    socket.on('data', (chunk: Uint8Array) => {
      for (const item of this.#stream.push(chunk)) this.#take(item);
    });
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(null));
  }

  /** Sends a question and gives the body of its answer. */
  exchange(body: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.closed.aborted) {
        reject(this.closed.reason as Error);
        return;
      }
      const packet = encodeGdbPacket(body);
      this.#pending = { packet, tries: 0, resolve, reject };
      this.#garbled = 0;
      this.#socket.write(packet);
    });
  }

  /** Takes a question back whose answer did not come in time; the answer, should it come, is passed over. */
  abandon(): void {
    if (this.#pending !== null) this.#owed += 1;
    this.#pending = null;
  }

  /** Sends a command that is answered by a halt, later. */
  launch(body: Uint8Array): void {
    this.#stop = null;
    this.#socket.write(encodeGdbPacket(body));
  }

  /** Sends bytes outside any packet. */
  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next halt, or one that came since the target was launched. */
  nextStop(): Promise<GdbStop> {
    return new Promise((resolve, reject) => {
      const stop = this.#stop;
      this.#stop = null;
      if (stop !== null) resolve(stop);
      else if (this.closed.aborted) reject(this.closed.reason as Error);
      else this.#waiter = { resolve, reject };
    });
  }

  /** Nobody waits for a halt any longer. */
  forgetStop(): void {
    this.#waiter = null;
  }

  /** What the target or a monitor command printed since the last call. */
  takeConsole(): string {
    const text = this.#console;
    this.#console = '';
    return text;
  }

  close(): void {
    this.#socket.destroy();
    this.#end(null);
  }

  #take(item: GdbItem): void {
    if (item.kind === 'packet') this.#takePacket(item.body);
    else if (item.kind === 'nack') this.#repeat();
    else if (item.kind === 'damaged') this.#complain(item.why);
  }

  #takePacket(body: Uint8Array): void {
    this.#socket.write(GDB_ACK);
    const event = parseGdbRunning(body);
    if (event === null) this.#answer(body);
    else if (event.kind === 'output') this.#console = (this.#console + event.text).slice(-TAIL);
    else if (event.kind === 'exit') this.#end(new Error(`the target exited with status ${event.status}`));
    else this.#halted(event);
  }

  #halted(stop: GdbStop): void {
    const waiter = this.#waiter;
    this.#waiter = null;
    if (waiter === null) this.#stop = stop;
    else waiter.resolve(stop);
  }

  #answer(body: Uint8Array): void {
    if (this.#owed > 0) {
      this.#owed -= 1;
      return;
    }
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve(body);
  }

  #repeat(): void {
    const pending = this.#pending;
    if (pending === null) return;
    pending.tries += 1;
    if (pending.tries < TRIES) this.#socket.write(pending.packet);
    else this.#fail(garbled(this.name, 'it does not understand our packets'));
  }

  #complain(why: string): void {
    this.#garbled += 1;
    if (this.#garbled < TRIES) this.#socket.write(GDB_NACK);
    else this.#fail(garbled(this.name, `packets with a wrong ${why}`));
  }

  #fail(error: BenchError): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(error);
  }

  #end(cause: Error | null): void {
    if (this.closed.aborted) return;
    const error = gone(this.name, cause);
    this.#ended.abort(error);
    this.#fail(error);
    this.#waiter?.reject(error);
    this.#waiter = null;
  }
}

function garbled(name: string, got: string): BenchError {
  return new BenchError({
    code: 'gdb-garbled',
    message: `the debug server at ${name} does not speak the GDB remote protocol`,
    expected: 'packets with a right checksum',
    got,
    remedy: 'check that the address is the server’s GDB port, not its telnet or trace port',
  });
}

function gone(name: string, cause: Error | null): BenchError {
  return new BenchError({
    code: 'gdb-gone',
    message: `the debug server at ${name} went away`,
    ...(cause === null ? {} : { got: cause.message, cause }),
    remedy: 'look at its own output; check the probe’s cable and that nobody else uses the probe',
  });
}
