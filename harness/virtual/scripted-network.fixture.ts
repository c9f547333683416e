import { AttendedClock } from '#virtual/attended-clock.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import type { Network, NetworkEvents, NetworkStream, TlsChecks } from '#virtual/network.ts';

/** One connection that a device opened, played by the test. */
export class ScriptedPeer {
  readonly to: string;
  readonly events: NetworkEvents;
  sent: Buffer = Buffer.alloc(0);
  /** How the device ended it; null: it did not. */
  ended: 'closed' | 'aborted' | null = null;

  constructor(to: string, events: NetworkEvents) {
    this.to = to;
    this.events = events;
  }

  /** Takes what the device has sent so far. */
  take(): Buffer {
    const { sent } = this;
    this.sent = Buffer.alloc(0);
    return sent;
  }

  send(bytes: Uint8Array | string): void {
    if (this.ended === null)
      this.events.data(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }
}

/** A network without sockets: the test plays every other side. */
export class ScriptedNetwork implements Network {
  readonly peers: ScriptedPeer[] = [];
  /** Of the connections by TLS, which are plain to the test. */
  readonly checks: TlsChecks[] = [];

  get last(): ScriptedPeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error('nothing was connected');
    return peer;
  }

  connectTls(host: string, port: number, checks: TlsChecks, events: NetworkEvents): NetworkStream {
    this.checks.push(checks);
    return this.connect(host, port, events);
  }

  connect(host: string, port: number, events: NetworkEvents): NetworkStream {
    const peer = new ScriptedPeer(`${host}:${port}`, events);
    this.peers.push(peer);
    return {
      write: (bytes) => (peer.sent = Buffer.concat([peer.sent, bytes])),
      close: () => (peer.ended ??= 'closed'),
      abort: () => (peer.ended ??= 'aborted'),
    };
  }
}

/** A runtime on a simulated clock. */
export function scriptedRuntime(...flaws: string[]): {
  readonly runtime: EspRuntime;
  readonly network: ScriptedNetwork;
  /** Time passes only while the test waits on this. */
  readonly clock: AttendedClock;
  readonly printed: string[];
} {
  const board = new SimClock();
  const network = new ScriptedNetwork();
  const printed: string[] = [];
  const runtime: EspRuntime = {
    clock: board,
    flaws: new Set(flaws),
    after: (ms, step) => void board.setTimeout(step, ms),
    connect: (host, port, events) => network.connect(host, port, events),
    connectTls: (host, port, checks, events) => network.connectTls(host, port, checks, events),
    print: (...lines) => void printed.push(...lines),
    work: (work) => ({ value: work(), ms: 0 }),
    restart: () => undefined,
  };
  const clock = new AttendedClock(board);
  return { runtime, network, clock, printed };
}
