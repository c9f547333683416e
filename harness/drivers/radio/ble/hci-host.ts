import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { H4, type H4Packet } from '#codecs/ble/h4.ts';
import type { ReturnsOf } from '#codecs/ble/hci-command.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { HCI_STATUS, statusName } from '#codecs/ble/hci-status.ts';
import {
  decodeAcl,
  decodeEvent,
  decodeReturns,
  encodeCommand,
  hciCommands,
  type AclPacket,
  type HciCommand,
  type HciCommandName,
  type HciEvent,
  type LeEvent,
} from '#codecs/ble/hci.ts';
import type { RawPdu } from '#codecs/ble/pdu.ts';

/** What a controller says without being asked; a packet that cannot be read comes as its error. */
export interface HciListener {
  event?(event: HciEvent | LeEvent | RawPdu): void;
  acl?(packet: AclPacket): void;
  unreadable?(error: Error): void;
}

/** Time that a controller may take for a command. */
const COMMAND_MS = 4000;

interface Answer {
  readonly opcode: number;
  take(event: HciEvent): void;
}

/** A host's end of HCI: one command at a time, each with its answer; events and data to whoever listens. */
export class HciHost {
  readonly clock: Clock;
  readonly #port: HciPort;
  readonly #listeners = new Set<HciListener>();
  readonly #closing = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: Answer | null = null;

  constructor(port: HciPort, clock: Clock) {
    this.#port = port;
    this.clock = clock;
    port.listen({
      packet: (packet) => this.#receive(packet),
      closed: (cause) => this.#closing.abort(gone(port.name, cause)),
    });
  }

  get name(): string {
    return this.#port.name;
  }

  /** Aborted when the controller is gone. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  listen(listener: HciListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The way past everything: a packet as it is. */
  send(packet: H4Packet): void {
    this.#port.send(packet);
  }

  /**
   * Runs a command after those before it; gives its return parameters, or null where only its status comes. BenchErrors
   * `hci-refused` where the controller refuses, `hci-no-answer` after the deadline (default 4 s).
   */
  command<K extends HciCommandName>(
    command: Extract<HciCommand, { readonly type: K }>,
    options: CallOptions,
  ): Promise<ReturnsOf<K>> {
    const done = this.#turn.then(() => this.#run(command, options));
    this.#turn = done.catch(() => undefined);
    return done as Promise<ReturnsOf<K>>;
  }

  async close(): Promise<void> {
    await this.#port.close();
    this.#closing.abort(gone(this.name, null));
  }

  #run(command: HciCommand, options: CallOptions): Promise<unknown> {
    const opcode = hciCommands.codeOf(command);
    const deadlineMs = options.deadlineMs ?? COMMAND_MS;
    const onDeadline = (): never => {
      throw noAnswer(hciCommands.titleOf(opcode), deadlineMs);
    };
    return waitFor<unknown>(
      { clock: this.clock, signals: [options.signal, this.closed], deadlineMs, onDeadline },
      (resolve, reject) => {
        this.#waiting = {
          opcode,
          take: (event) => settle(command, event, resolve, reject),
        };
        this.#port.send(encodeCommand(command));
        return () => void (this.#waiting = null);
      },
    );
  }

  #receive({ indicator, body }: H4Packet): void {
    if (indicator === H4.event) this.#event(body);
    else if (indicator === H4.acl) {
      const packet = decodeAcl(body);
      for (const listener of this.#listeners) {
        if (packet instanceof Error) listener.unreadable?.(packet);
        else listener.acl?.(packet);
      }
    }
  }

  #event(body: Uint8Array): void {
    const event = decodeEvent(body);
    if (event instanceof Error) {
      for (const listener of this.#listeners) listener.unreadable?.(event);
      return;
    }
    if (event.type === 'commandComplete' || event.type === 'commandStatus') {
      if (this.#waiting?.opcode === event.opcode) this.#waiting.take(event);
    }
    for (const listener of this.#listeners) listener.event?.(event);
  }
}

function settle(
  command: HciCommand,
  event: HciEvent,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): void {
  if (event.type === 'commandStatus') {
    if (event.status === HCI_STATUS.success) resolve(null);
    else reject(refused(command, event.status));
    return;
  }
  if (event.type !== 'commandComplete') return;
  const status = event.returns[0] ?? HCI_STATUS.success;
  const returns = decodeReturns(command.type, event.returns);
  if (status !== HCI_STATUS.success) reject(refused(command, status));
  else if (returns instanceof Error) reject(returns);
  else resolve(returns);
}

function refused(command: HciCommand, status: number): BenchError {
  return new BenchError({
    code: 'hci-refused',
    message: `the controller refused ${hciCommands.titleOf(hciCommands.codeOf(command))}`,
    expected: 'Success (0x00)',
    got: statusName(status),
    remedy: 'check that nothing else uses the controller, and that it supports LE',
  });
}

function noAnswer(title: string, ms: number): BenchError {
  return new BenchError({
    code: 'hci-no-answer',
    message: `the controller did not answer ${title} within ${ms} ms`,
    remedy: 'check baud rate and flow control of the port, or plug the controller in again',
  });
}

function gone(name: string, cause: Error | null): BenchError {
  return new BenchError({
    code: 'hci-closed',
    message: `the controller at ${name} is gone`,
    ...(cause === null ? {} : { got: cause.message, cause }),
    remedy: 'check the cable and the process behind the port, then run again',
  });
}
