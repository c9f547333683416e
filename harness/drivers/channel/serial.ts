import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { examinePort } from '#drivers/channel/examine-port.ts';
import { LastingChannel } from '#drivers/channel/lasting-channel.ts';
import { holdersText } from '#drivers/channel/port-holder.ts';
import type { ModemLines, SerialLine } from '#drivers/channel/serial-line.ts';
import { openPort, type SerialConnection } from '#drivers/channel/serial-port.ts';
import type { Instrument } from '#drivers/instrument.ts';

export interface SerialSettings {
  /** Prefer a name that stays: `/dev/serial/by-id/...`. */
  readonly path: string;
  /** Default 115200. */
  readonly baudRate?: number;
  /** Control lines from the start on; otherwise as the operating system sets them, which asserts both. */
  readonly lines?: ModemLines;
  /** How long a port that went away (power cut, USB re-enumeration) is waited for; default 10 s. */
  readonly reconnectMs?: number;
}

const RECONNECT_MS = 10_000;

/** A serial port, 8N1 without flow control, locked against other programs; comes back with its board. */
export function serial(settings: SerialSettings): Instrument<SerialLine> {
  const { path, baudRate = 115_200, lines = {}, reconnectMs = RECONNECT_MS } = settings;
  return {
    description: `serial ${path}, ${baudRate} baud`,
    examine: () => examinePort(path),
    open: async ({ signal }) => {
      const connect = async (events: Parameters<typeof openPort>[2]) => {
        const stranger = await holdersText(path);
        if (stranger !== null) throw cannotOpen(path, new Error(`the port is busy: held by ${stranger}`));
        const failed = async (cause: Error) => cannotOpen(path, await named(path, cause));
        const port = await openPort(path, baudRate, events).catch(async (error) => {
          throw await failed(error as Error);
        });
        await port.setLines(lines);
        return port;
      };
      const lost = (cause: Error) => gone(path, cause);
      return serialLine(await LastingChannel.open({ name: path, connect, reconnectMs, lost }, signal));
    },
  };
}

/** What can be done with one connection of a serial line. */
export type LineConnection = Pick<SerialConnection, 'write' | 'close' | 'setBaudRate' | 'purge' | 'setLines'>;

/** A serial line over a channel that outlives its connections. */
export function serialLine(channel: LastingChannel<LineConnection>): SerialLine {
  const call = <T>(work: (connection: LineConnection) => Promise<T>, options: CallOptions) =>
    channel.use(work, options);
  return {
    name: channel.name,
    incoming: channel.incoming,
    write: (bytes, options) => channel.write(bytes, options),
    setLines: (lines, options) => call((connection) => connection.setLines(lines), options),
    setBaudRate: (baudRate, options) => call((connection) => connection.setBaudRate(baudRate), options),
    purge: (options) => call((connection) => connection.purge(), options),
    close: () => channel.close(),
  };
}

/** What usually is the matter, by the words of the operating system. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/lock|busy|Access denied/i, 'close the other program that holds the port'],
  [/permission/i, 'give your user access to the port: on Linux, membership of the group dialout'],
  [
    /no such file|not found|cannot find/i,
    'plug the board in, and check the path with: ls -l /dev/serial/by-id',
  ],
];

async function named(path: string, cause: Error): Promise<Error> {
  const holder = /lock|busy/i.test(cause.message) ? await holdersText(path) : null;
  return holder === null ? cause : new Error(`${cause.message}; held by ${holder}`, { cause });
}

function cannotOpen(path: string, cause: Error): BenchError {
  const known = REMEDIES.find(([pattern]) => pattern.test(cause.message));
  return new BenchError({
    code: 'serial-open',
    message: `the serial port ${path} cannot be opened`,
    got: cause.message,
    remedy: known?.[1] ?? 'check that the path is a serial port',
    cause,
  });
}

function gone(path: string, cause: Error): BenchError {
  if (cause instanceof BenchError && cause.code === 'serial-stolen') return cause;
  return new BenchError({
    code: 'serial-lost',
    message: `the serial port ${path} is gone`,
    got: cause instanceof BenchError ? (cause.got ?? cause.message) : cause.message,
    remedy: /busy|lock/i.test(cause instanceof BenchError ? (cause.got ?? '') : '')
      ? 'close the other program that took the port'
      : 'check the cable and the hub, then run again',
    cause,
  });
}
