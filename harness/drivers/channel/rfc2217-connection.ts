import type { Socket } from 'node:net';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import {
  COM_CONTROL,
  COM_PORT,
  type ComPortMessage,
  comPortNumber,
  decodeComPort,
  encodeBaudRate,
  encodeComPort,
  PURGE_BOTH,
} from '#codecs/rfc2217.ts';
import { encodeTelnetData, TELNET_OPTION, TelnetDecoder, type TelnetItem } from '#codecs/telnet.ts';
import type { Connection, ConnectionEvents } from '#drivers/channel/lasting-channel.ts';
import type { ModemLines } from '#drivers/channel/serial-line.ts';
import { SocketConnection } from '#drivers/channel/socket-connection.ts';
import { TelnetSession } from '#drivers/channel/telnet-session.ts';

/** Longest wait for an answer of the server. */
const ANSWER_MS = 3000;
const calm = (): CallOptions => ({ signal: new AbortController().signal });

/** One connection to an RFC 2217 server. */
export class Rfc2217Connection implements Connection {
  readonly #name: string;
  readonly #socket: SocketConnection;
  readonly #session: TelnetSession;
  readonly #answers = new Map<number, (message: ComPortMessage) => void>();
  /** While the server asked us to hold data back. */
  #resumed: Promise<void> | null = null;
  #resume: () => void = () => undefined;

  private constructor(name: string, socket: SocketConnection) {
    this.#name = name;
    this.#socket = socket;
    const send = (bytes: Uint8Array) => void socket.write(bytes, calm()).catch(() => undefined);
    this.#session = new TelnetSession(send);
  }

  /** Connects and agrees on COM port control. BenchError `rfc2217-refused` where the server has none. */
  static async open(name: string, dialled: Socket, events: ConnectionEvents): Promise<Rfc2217Connection> {
    const decoder = new TelnetDecoder();
    const early: Uint8Array[] = [];
    let opened: Rfc2217Connection | null = null;
    const data = (bytes: Uint8Array) => {
      if (opened === null) early.push(bytes);
      else for (const item of decoder.push(bytes)) opened.#take(item, events);
    };
    const socket = await SocketConnection.open(dialled, { data, ended: (cause) => events.ended(cause) });
    opened = new Rfc2217Connection(name, socket);
    for (const bytes of early) data(bytes);
    try {
      await within(opened.#session.agreed, () => noControl(name));
    } catch (error) {
      await socket.close();
      throw error;
    }
    return opened;
  }

  async write(bytes: Uint8Array, options: CallOptions): Promise<void> {
    while (this.#resumed !== null) await this.#resumed;
    await this.#socket.write(encodeTelnetData(bytes), options);
  }

  /** Everything that a new connection starts with: 8N1, no flow control. */
  async set(baudRate: number, lines: ModemLines): Promise<void> {
    await this.setBaudRate(baudRate);
    await this.#ask(COM_PORT.dataSize, 8);
    await this.#ask(COM_PORT.parity, 1);
    await this.#ask(COM_PORT.stopSize, 1);
    await this.#ask(COM_PORT.control, COM_CONTROL.noFlowControl);
    await this.setLines(lines);
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const answer = await this.#exchange(COM_PORT.baudRate, encodeBaudRate(baudRate));
    const got = comPortNumber(answer);
    if (got === baudRate) return;
    throw new BenchError({
      code: 'rfc2217-baud',
      message: `${this.#name} does not run at the speed asked for`,
      expected: `${baudRate} baud`,
      got: got === null ? 'an answer that cannot be read' : `${got} baud`,
      remedy: 'take a speed that the remote port has, or open its configuration on the server',
    });
  }

  /** False where the server leaves the command unanswered, as ser2net does for a port without control lines. */
  async setLines({ dtr, rts }: ModemLines): Promise<boolean> {
    const values = [
      ...(dtr === undefined ? [] : [dtr ? COM_CONTROL.dtrOn : COM_CONTROL.dtrOff]),
      ...(rts === undefined ? [] : [rts ? COM_CONTROL.rtsOn : COM_CONTROL.rtsOff]),
    ];
    try {
      for (const value of values) await this.#ask(COM_PORT.control, value);
      return true;
    } catch (error) {
      if (error instanceof BenchError && error.code === 'rfc2217-silent') return false;
      throw error;
    }
  }

  async purge(): Promise<void> {
    await this.#ask(COM_PORT.purge, PURGE_BOTH);
  }

  close(): Promise<void> {
    this.#resume();
    return this.#socket.close();
  }

  #ask(command: number, value: number): Promise<ComPortMessage> {
    return this.#exchange(command, encodeComPort(command, value));
  }

  async #exchange(command: number, request: Uint8Array): Promise<ComPortMessage> {
    const answer = new Promise<ComPortMessage>((resolve) => this.#answers.set(command, resolve));
    try {
      await this.#socket.write(request, calm());
      return await within(answer, () => silent(this.#name, command));
    } finally {
      this.#answers.delete(command);
    }
  }

  #take(item: TelnetItem, events: ConnectionEvents): void {
    if (item.kind === 'data') events.data(item.bytes);
    else if (item.kind === 'verb') this.#session.take(item.verb, item.option);
    else if (item.kind === 'subnegotiation' && item.option === TELNET_OPTION.comPort) this.#told(item.bytes);
  }

  #told(content: Uint8Array): void {
    const message = decodeComPort(content);
    if (message === null) return;
    if (message.command === COM_PORT.suspend) this.#suspend();
    else if (message.command === COM_PORT.resume) this.#resume();
    else this.#answers.get(message.command)?.(message);
  }

  #suspend(): void {
    this.#resumed ??= new Promise((resolve) => {
      this.#resume = () => {
        this.#resumed = null;
        resolve();
      };
    });
  }
}

function noControl(name: string): BenchError {
  return new BenchError({
    code: 'rfc2217-refused',
    message: `${name} does not offer control of its serial port`,
    expected: 'DO COM-PORT-OPTION (RFC 2217)',
    remedy:
      'switch it on at the server (ser2net: accepter telnet(rfc2217)), or use tcp() and set the speed there',
  });
}

function silent(name: string, command: number): BenchError {
  return new BenchError({
    code: 'rfc2217-silent',
    message: `${name} does not answer a command`,
    expected: `an answer to command ${command} within ${ANSWER_MS} ms`,
    remedy: 'restart the server; check that nobody else is connected to the same port',
  });
}

async function within<T>(value: Promise<T>, late: () => BenchError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ANSWER_MS);
  });
  try {
    return await Promise.race([value, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
