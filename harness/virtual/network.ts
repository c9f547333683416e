/** What happens on a connection: never from within `connect`, and nothing after `closed` or the owner's own `close`. */
export interface NetworkEvents {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** The other side ended it, or it never came to be; null: an orderly end. */
  closed(cause: Error | null): void;
}

/** Bytes both ways and a close. */
export interface NetworkStream {
  write(bytes: Uint8Array): void;
  /** Orderly: what was written is still delivered. */
  close(): void;
  /** At once, as when power goes. */
  abort(): void;
}

/** The way a simulated board reaches other machines; whoever wires the board decides what that is. */
export interface Network {
  connect(host: string, port: number, events: NetworkEvents): NetworkStream;
}
