import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { gdbCommand, type GdbPoint } from '#codecs/gdb-command.ts';
import { GDB_INTERRUPT } from '#codecs/gdb-packet.ts';
import {
  type GdbStop,
  parseGdbError,
  parseGdbFeatures,
  parseGdbHex,
  parseGdbRegisters,
} from '#codecs/gdb-reply.ts';
import { connectGdb, type GdbPlace, gdbPlaceName } from '#drivers/probe/gdb-connect.ts';
import { GdbLink } from '#drivers/probe/gdb-link.ts';

/** An answer may take so long; a probe that erases flash is given more by its caller. */
const ANSWER_MS = 5000;
/** Packet size of a stub that does not tell: what gdb assumes. */
const PACKET = 400;
const LARGEST_PACKET = 0x4000;
/** Bytes of a packet that are not data: name, address, length, frame. */
const OVERHEAD = 64;

/** Talks to a debug server: memory, registers, halting points, running and halting. One call at a time. */
export class GdbClient {
  readonly #link: GdbLink;
  readonly #clock: Clock;
  #features: ReadonlyMap<string, string> = new Map();
  #running = false;
  /** Settles when whoever has the target to himself is done. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether the stub takes binary writes; null: not tried. */
  #binary: boolean | null = null;

  constructor(link: GdbLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** Connects, and halts the target, as the protocol has it. */
  static async open(place: GdbPlace, clock: Clock, options: CallOptions): Promise<GdbClient> {
    const socket = await connectGdb(place, options);
    const client = new GdbClient(new GdbLink(gdbPlaceName(place), socket), clock);
    try {
      await client.greet(options);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** As the stub told them. */
  get features(): ReadonlyMap<string, string> {
    return this.#features;
  }

  /** Has the target to itself for several calls; others wait for their turn. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Aborted, with the reason, when the connection ends. */
  get closed(): AbortSignal {
    return this.#link.closed;
  }

  /** Whether the target runs, as far as this connection has to do with it. */
  get running(): boolean {
    return this.#running;
  }

  /** Reads memory. BenchError `gdb-refused` where there is none. */
  async read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const step = Math.floor(this.#room() / 2);
    for (let at = 0; at < length;) {
      const wanted = Math.min(step, length - at);
      const answer = await this.#ask(gdbCommand.read(address + at, wanted), options);
      const piece = parseGdbHex(answer);
      if (piece === null || piece.length === 0 || piece.length > wanted) {
        throw nonsense(`${wanted} bytes of memory`, answer);
      }
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** Writes memory, binary where the stub takes that. */
  async write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void> {
    const binary = await this.#takesBinary(options);
    const step = Math.floor(this.#room() / 2);
    for (let at = 0; at < bytes.length; at += step) {
      const piece = bytes.subarray(at, at + step);
      const command = binary ? gdbCommand.writeBinary : gdbCommand.write;
      await this.command(command(address + at, piece), options);
    }
  }

  /** Registers in the order of the target's description; on a Cortex-M r0 to r15 first. */
  async registers(options: CallOptions): Promise<readonly (number | null)[]> {
    const answer = await this.#ask(gdbCommand.registers(), options);
    const registers = parseGdbRegisters(answer);
    if (registers === null) throw nonsense('registers', answer);
    return registers;
  }

  async setRegister(number: number, value: number, options: CallOptions): Promise<void> {
    await this.command(gdbCommand.setRegister(number, value), options);
  }

  /** Sets a breakpoint or watchpoint; the target halts behind the instruction that a watchpoint is about. */
  async insert(point: GdbPoint, address: number, length: number, options: CallOptions): Promise<void> {
    await this.command(gdbCommand.insert(point, address, length), options);
  }

  async remove(point: GdbPoint, address: number, length: number, options: CallOptions): Promise<void> {
    await this.command(gdbCommand.remove(point, address, length), options);
  }

  /** Runs a command of the server's own (`monitor reset halt`); gives what it printed. */
  async monitor(text: string, options: CallOptions): Promise<string> {
    this.#link.takeConsole();
    const answer = await this.#ask(gdbCommand.monitor(text), options);
    const rest = parseGdbHex(answer);
    return this.#link.takeConsole() + (rest === null ? '' : Buffer.from(rest).toString('utf8'));
  }

  /** Sends a command that is answered by `OK`. */
  async command(body: Uint8Array, options: CallOptions): Promise<void> {
    const answer = await this.#ask(body, options);
    if (Buffer.from(answer).toString('latin1') !== 'OK') throw refusal(body, answer);
  }

  /** Lets the target run. */
  go(): void {
    if (this.#running) return;
    this.#running = true;
    this.#link.launch(gdbCommand.go());
  }

  /** Lets the halted target carry out one instruction. */
  async step(options: CallOptions): Promise<void> {
    this.#running = true;
    this.#link.launch(gdbCommand.step());
    await this.untilHalted({ signal: options.signal, deadlineMs: options.deadlineMs ?? ANSWER_MS });
  }

  /** Waits until the running target halts by itself. BenchError `gdb-still-running` at the deadline. */
  async untilHalted(options: CallOptions & { readonly deadlineMs: number }): Promise<GdbStop> {
    const stop = await this.#limited(this.#link.nextStop(), options, () => stillRunning(options.deadlineMs));
    this.#running = false;
    return stop;
  }

  /** Asks a running target to halt, for whoever waits until it has. */
  interrupt(): void {
    if (this.#running) this.#link.raw(GDB_INTERRUPT);
  }

  /** Halts a running target. */
  async halt(options: CallOptions): Promise<void> {
    if (!this.#running) return;
    this.interrupt();
    await this.untilHalted({ signal: options.signal, deadlineMs: options.deadlineMs ?? ANSWER_MS });
  }

  /** Lets the target run without us, and ends the connection. */
  async detach(options: CallOptions): Promise<void> {
    await this.halt(options);
    await this.command(gdbCommand.detach(), options);
    this.close();
  }

  close(): void {
    this.#link.close();
  }

  /** Begins a connection: asks what the stub can do, and why the target is halted. */
  async greet(options: CallOptions): Promise<void> {
    const asked = gdbCommand.supported(['swbreak+', 'hwbreak+', 'xmlRegisters=arm']);
    this.#features = parseGdbFeatures(await this.#ask(asked, options));
    // QEMU sets single registers only for those who have asked what registers there are.
    if (this.#features.get('qXfer:features:read') === '+') await this.#ask(gdbCommand.description(), options);
    this.#link.launch(gdbCommand.whyHalted());
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    await this.untilHalted({ signal: options.signal, deadlineMs });
  }

  /** Bytes of a packet that may be data. */
  #room(): number {
    const told = Number.parseInt(this.#features.get('PacketSize') ?? '', 16);
    const size = Number.isNaN(told) ? PACKET : Math.min(told, LARGEST_PACKET);
    return Math.max(32, size - OVERHEAD);
  }

  /** An empty answer to a write of nothing says that the stub does not know the command. */
  async #takesBinary(options: CallOptions): Promise<boolean> {
    this.#binary ??= (await this.#ask(gdbCommand.writeBinary(0, new Uint8Array()), options)).length > 0;
    return this.#binary;
  }

  async #ask(body: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    if (this.#running) throw whileRunning(body);
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    const answer = await this.#limited(this.#link.exchange(body), options, () => silent(body, deadlineMs));
    const error = parseGdbError(answer);
    if (error !== null) throw refusal(body, answer);
    return answer;
  }

  /** Waits for an answer or a halt on the rig's clock; nothing is left waiting behind. */
  #limited<T>(answer: Promise<T>, options: CallOptions, late: () => BenchError): Promise<T> {
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    const onDeadline = () => {
      throw late();
    };
    return waitFor<T>(
      { clock: this.#clock, signals: [options.signal], deadlineMs, onDeadline },
      (resolve, reject) => {
        answer.then(resolve, reject);
        return () => {
          this.#link.abandon();
          this.#link.forgetStop();
        };
      },
    );
  }
}

/** The readable beginning of a command or an answer. */
function beginning(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 40))
    .toString('latin1')
    .replaceAll(/[^ -~]/g, '.');
}

function silent(body: Uint8Array, deadlineMs: number): BenchError {
  return new BenchError({
    code: 'gdb-silent',
    message: `the debug server does not answer ${beginning(body)} within ${deadlineMs} ms`,
    remedy: 'look at the debug server’s own output; a probe that lost its target often needs a power cycle',
  });
}

function stillRunning(deadlineMs: number): BenchError {
  return new BenchError({
    code: 'gdb-still-running',
    message: `the target did not halt within ${deadlineMs} ms`,
    remedy: 'check that what should halt it is reached',
  });
}

function refusal(body: Uint8Array, answer: Uint8Array): BenchError {
  return new BenchError({
    code: 'gdb-refused',
    message: `the debug server refuses ${beginning(body)}`,
    expected: 'OK or data',
    got: answer.length === 0 ? 'a command that it does not know' : beginning(answer),
    remedy: 'check address and length against the board’s memory map, and the target’s read-out protection',
  });
}

function nonsense(expected: string, answer: Uint8Array): BenchError {
  return new BenchError({
    code: 'gdb-nonsense',
    message: 'the debug server gives an answer that fits no question',
    expected,
    got: beginning(answer),
    remedy: 'check that nobody else uses the same debug server',
  });
}

function whileRunning(body: Uint8Array): BenchError {
  return new BenchError({
    code: 'gdb-running',
    message: `the target runs, so that ${beginning(body)} cannot be asked`,
    remedy: 'halt the target first',
  });
}
