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

/** How a client of TLS is told to check whom it talks to; a careful one makes every check. */
export interface TlsChecks {
  /** Authorities trusted, PEM. */
  readonly roots: string;
  /** Name that the server's certificate must carry. */
  readonly name: string;
  readonly checksChain: boolean;
  readonly checksName: boolean;
  readonly checksTime: boolean;
  /** Versions before 1.2. */
  readonly takesOldVersions: boolean;
  /** Suites without encryption or without a certificate. */
  readonly takesWeakSuites: boolean;
}

/** The way a simulated board reaches other machines; whoever wires the board decides what that is. */
export interface Network {
  connect(host: string, port: number, events: NetworkEvents): NetworkStream;
  /** As `connect`, by TLS; a server that fails a check never opens, and `closed` says why. */
  connectTls(host: string, port: number, checks: TlsChecks, events: NetworkEvents): NetworkStream;
}
