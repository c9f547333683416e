import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { SmpLink } from '#drivers/channel/smp-link.ts';

export interface SmpUdpSettings {
  readonly host: string;
  /** Default 1337. */
  readonly port?: number;
}

/** SMP over UDP, one packet a datagram. */
export interface SmpUdpLink extends SmpLink {
  close(): Promise<void>;
}

const PORT = 1337;
/** An Ethernet frame's 1500 bytes without the headers of IPv6 and UDP. */
const LONGEST = 1452;

/** Opens a socket that hears this server only. BenchError `udp-open`. */
export async function openSmpUdp({ host, port = PORT }: SmpUdpSettings): Promise<SmpUdpLink> {
  const name = `udp ${host}:${port}`;
  const { address, family } = await lookup(host).catch((cause) => {
    throw failed('udp-open', name, cause as Error);
  });
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(failed('udp-open', name, cause)));
    socket.connect(port, address, resolve);
  });
  socket.removeAllListeners('error');
  const listeners = new Set<(packet: Uint8Array) => void>();
  const ended = new AbortController();
  let complaint = 'nothing came';
  socket.on('message', (message) => {
    for (const listener of listeners) listener(Uint8Array.from(message));
  });
  // A port where nobody listens is said by ICMP, if at all: kept for the diagnosis, as the next datagram may get through.
  socket.on('error', (error) => (complaint = error.message));
  return {
    name,
    closed: ended.signal,
    onPacket: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sendPacket: (packet, { signal }: CallOptions) =>
      new Promise((resolve, reject) => {
        if (signal.aborted || ended.signal.aborted) {
          reject((signal.aborted ? signal.reason : ended.signal.reason) as Error);
          return;
        }
        socket.send(packet, (error) => {
          if (error !== null) complaint = error.message;
          resolve();
        });
      }),
    room: (bufferSize) => Math.min(bufferSize, LONGEST),
    tail: () => complaint,
    close: async () => {
      if (ended.signal.aborted) return;
      ended.abort(closed(name));
      await new Promise<void>((resolve) => {
        socket.close(resolve);
      });
    },
  };
}

function failed(code: string, name: string, cause: Error): BenchError {
  return new BenchError({
    code,
    message: `${name} cannot be reached`,
    got: cause.message,
    remedy: 'check name and port of the board, and the network between',
    cause,
  });
}

function closed(name: string): BenchError {
  return new BenchError({
    code: 'channel-closed',
    message: `${name} is closed`,
    remedy: 'open the link again',
  });
}
