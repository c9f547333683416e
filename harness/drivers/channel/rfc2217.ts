import { connect } from 'node:net';
import { LastingChannel } from '#drivers/channel/lasting-channel.ts';
import { Rfc2217Connection } from '#drivers/channel/rfc2217-connection.ts';
import { serialLine, type LineConnection } from '#drivers/channel/serial.ts';
import type { ModemLines, SerialLine } from '#drivers/channel/serial-line.ts';
import { cannotConnect, socketLost } from '#drivers/channel/socket.ts';
import type { Instrument } from '#drivers/instrument.ts';

export interface Rfc2217Settings {
  readonly host: string;
  readonly port: number;
  /** Default 115200. */
  readonly baudRate?: number;
  /** Control lines from the start on; otherwise as the server has them. */
  readonly lines?: ModemLines;
  /** How long a server that hung up is waited for; default 10 s. */
  readonly reconnectMs?: number;
}

const RECONNECT_MS = 10_000;

/** A serial port behind an RFC 2217 server (ser2net, a labgrid exporter): its speed and lines are set from here. */
export function rfc2217(settings: Rfc2217Settings): Instrument<SerialLine> {
  const { host, port, baudRate = 115_200, lines = {}, reconnectMs = RECONNECT_MS } = settings;
  const name = `rfc2217 ${host}:${port}`;
  return {
    description: `${name}, ${baudRate} baud`,
    open: async ({ signal }) => {
      const channel = await LastingChannel.open<LineConnection>(
        {
          name,
          reconnectMs,
          lost: (cause) => socketLost(name, cause),
          connect: async (events) => {
            const socket = connect({ host, port, noDelay: true });
            const connection = await Rfc2217Connection.open(name, socket, events).catch((error) => {
              throw cannotConnect(name, error as Error);
            });
            await connection.set(baudRate, lines);
            return connection;
          },
        },
        signal,
      );
      return serialLine(channel);
    },
  };
}
