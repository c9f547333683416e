import type { Network, NetworkEvents, NetworkStream, TlsChecks } from '#virtual/network.ts';

/** The connections of a running device; all of them are cut when power goes, and nothing of them is heard after that. */
export class DeviceStreams {
  readonly #network: Network;
  readonly #guard: (step: () => void) => void;
  readonly #open = new Set<NetworkStream>();

  /** `guard` runs what the network calls, and takes care of faults. */
  constructor(network: Network, guard: (step: () => void) => void) {
    this.#network = network;
    this.#guard = guard;
  }

  connect(host: string, port: number, events: NetworkEvents): NetworkStream {
    return this.#follow((heard) => this.#network.connect(host, port, heard), events);
  }

  connectTls(host: string, port: number, checks: TlsChecks, events: NetworkEvents): NetworkStream {
    return this.#follow((heard) => this.#network.connectTls(host, port, checks, heard), events);
  }

  #follow(open: (events: NetworkEvents) => NetworkStream, events: NetworkEvents): NetworkStream {
    const heard = (step: () => void) => {
      if (this.#open.has(stream)) this.#guard(step);
    };
    const stream = open({
      opened: () => heard(() => events.opened()),
      data: (bytes) => heard(() => events.data(bytes)),
      closed: (cause) =>
        heard(() => {
          this.#open.delete(stream);
          events.closed(cause);
        }),
    });
    this.#open.add(stream);
    const end = (how: 'close' | 'abort') => {
      if (this.#open.delete(stream)) stream[how]();
    };
    return { write: (bytes) => stream.write(bytes), close: () => end('close'), abort: () => end('abort') };
  }

  abortAll(): void {
    for (const stream of this.#open) stream.abort();
    this.#open.clear();
  }
}
