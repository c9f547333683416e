import type { Server, Socket } from 'node:net';

interface Entry {
  readonly socket: Socket;
  key: string;
  peerKey: string;
  /** The other end is, or was, in this process. */
  peerSeen: boolean;
}

/**
 * Accounts for every socket of a rig whose two ends are both in this process: what one end wrote and the other has not
 * read is still on its way. That makes "the network is quiet" a fact instead of a guess with a timer.
 */
export class SocketLedger {
  readonly #open = new Set<Entry>();
  readonly #byKey = new Map<string, Entry>();
  readonly #ports = new Set<number>();
  #closed = 0;

  /** Follows a socket until it closes. */
  watch(socket: Socket): void {
    const entry: Entry = { socket, key: '', peerKey: '', peerSeen: false };
    this.#open.add(entry);
    const name = () => {
      entry.key = `${socket.localPort}>${socket.remotePort}`;
      entry.peerKey = `${socket.remotePort}>${socket.localPort}`;
      this.#byKey.set(entry.key, entry);
    };
    if (socket.connecting) socket.once('connect', name);
    else name();
    socket.once('close', () => {
      this.#closed += 1;
      this.#open.delete(entry);
      if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key);
    });
  }

  /** Takes a listening server's port for ours, and follows the connections it accepts. */
  serve(server: Server): void {
    const address = server.address();
    if (address === null || typeof address === 'string') return;
    const { port } = address;
    this.#ports.add(port);
    server.on('connection', (socket) => this.watch(socket));
    server.once('close', () => this.#ports.delete(port));
  }

  /** Grows with every byte and every connection: two equal values mean that nothing moved in between. */
  progress(): number {
    let sum = this.#closed + this.#open.size;
    for (const { socket } of this.#open) sum += socket.bytesRead + socket.bytesWritten;
    return sum;
  }

  /** As `progress`, of connections to other processes alone; null where there are none. */
  outside(): number | null {
    let sum: number | null = null;
    for (const entry of this.#open) {
      if (this.#isOutside(entry)) sum = (sum ?? 0) + 1 + entry.socket.bytesRead + entry.socket.bytesWritten;
    }
    return sum;
  }

  /** Nothing is on its way between two sockets of ours. */
  balanced(): boolean {
    for (const entry of this.#open) if (!this.#settled(entry)) return false;
    return true;
  }

  #settled(entry: Entry): boolean {
    const { socket } = entry;
    if (socket.connecting) return false;
    if (this.#isOutside(entry)) return true;
    const peer = this.#byKey.get(entry.peerKey)?.socket;
    if (peer === undefined) return false;
    entry.peerSeen = true;
    if (socket.destroyed || peer.destroyed) return false;
    return socket.bytesWritten === peer.bytesRead && (!socket.writableEnded || peer.readableEnded);
  }

  #isOutside(entry: Entry): boolean {
    const { socket } = entry;
    if (entry.peerSeen || this.#byKey.has(entry.peerKey)) return false;
    return !this.#ports.has(socket.remotePort ?? 0) && !this.#ports.has(socket.localPort ?? 0);
  }
}
