import type { Server, Socket } from 'node:net';

/** Told what passes on the connections that a server accepts. */
export interface StreamTap {
  /** A connection began; gives who is told of it. */
  opened(): {
    passed(fromClient: boolean, bytes: Uint8Array): void;
    closed(): void;
  };
}

/** Tells of everything that passes on the connections of a server, as bytes on the wire. */
export function tapServer(server: Server, tap: StreamTap): void {
  server.on('connection', (socket) => tapSocket(socket, tap));
}

function tapSocket(socket: Socket, tap: StreamTap): void {
  const told = tap.opened();
  // Before whoever answers; and a listener the plain way, without which Node's HTTP reads past the socket's events.
  socket.prependListener('data', (bytes: Uint8Array) => told.passed(true, bytes));
  socket.on('data', () => undefined);
  socket.once('close', () => told.closed());
  const write = socket.write.bind(socket) as (...args: readonly unknown[]) => boolean;
  // Node tells nobody of what is written, and HTTP and TLS write for themselves.
  socket.write = (chunk: unknown, ...rest: readonly unknown[]) => {
    told.passed(false, bytesOf(chunk, rest[0]));
    return write(chunk, ...rest);
  };
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (typeof chunk !== 'string') return chunk as Uint8Array;
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}
