import type { Socket } from 'node:net';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Connection, ConnectionEvents } from '#drivers/channel/lasting-channel.ts';

/** Longest wait for a socket to open. */
const CONNECT_MS = 5000;
/** Silence after which the operating system asks whether the far end still lives. */
const KEEPALIVE_MS = 5000;

/** A connected stream socket, TCP or Unix, as one connection of a channel. */
export class SocketConnection implements Connection {
  readonly #socket: Socket;
  #over = false;

  private constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    let failure: Error | null = null;
    socket.on('data', (bytes) => this.#over || events.data(Uint8Array.from(bytes)));
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => {
      if (!this.#over) events.ended(failure ?? new Error('the far end closed the connection'));
      this.#over = true;
    });
  }

  /** Waits until the socket is open. Errors are the operating system's, or a time-out. */
  static async open(socket: Socket, events: ConnectionEvents): Promise<SocketConnection> {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        socket.destroy(new Error(`no connection within ${CONNECT_MS} ms`));
      }, CONNECT_MS);
      const failed = (error: Error) => {
        clearTimeout(late);
        reject(error);
      };
      socket.once('error', failed);
      socket.once('connect', () => {
        clearTimeout(late);
        socket.off('error', failed);
        resolve();
      });
    });
    socket.setKeepAlive(true, KEEPALIVE_MS);
    return new SocketConnection(socket, events);
  }

  async write(bytes: Uint8Array, { signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const aborted = () => reject(signal.reason as Error);
      signal.addEventListener('abort', aborted, { once: true });
      this.#socket.write(bytes, (error) => {
        signal.removeEventListener('abort', aborted);
        if (error) reject(hungUp(error));
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#over = true;
    const socket = this.#socket;
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      socket.destroySoon();
      socket.resume();
    });
  }
}

function hungUp(cause: Error): BenchError {
  return new BenchError({
    code: 'socket-lost',
    message: 'the connection ended while bytes were being sent',
    got: cause.message,
    remedy: 'check that the far end still runs',
    cause,
  });
}
