import { createSocket } from 'node:dgram';
import { BenchError } from '#core/errors.ts';

/** Packets over UDP on loopback, each answered to where it came from. */
export interface ServedDatagrams {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on loopback and hands each datagram on. BenchError `listen-failed`. */
export async function serveDatagrams(
  port: number,
  deliver: (packet: Uint8Array, answer: (packet: Uint8Array) => void) => void,
): Promise<ServedDatagrams> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(failed(port, cause)));
    socket.bind(port, '127.0.0.1', resolve);
  });
  socket.removeAllListeners('error');
  let isOpen = true;
  socket.on('error', () => undefined);
  socket.on('message', (packet, from) => {
    deliver(Uint8Array.from(packet), (answer) => {
      if (isOpen) socket.send(answer, from.port, from.address);
    });
  });
  return {
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        isOpen = false;
        socket.close(resolve);
      }),
  };
}

function failed(port: number, cause: Error): BenchError {
  return new BenchError({
    code: 'listen-failed',
    message: `cannot listen on UDP port ${port}`,
    got: cause.message,
    remedy: 'choose another port, or 0 for a free one',
    cause,
  });
}
