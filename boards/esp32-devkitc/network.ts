import type { Clock } from '#core/clock.ts';
import { HttpHost } from '#drivers/channel/http-host.ts';
import { embeddedBroker, outsideBroker, type Broker } from '#drivers/channel/mqtt-broker.ts';
import { MqttFront } from '#drivers/channel/mqtt-front.ts';
import { MqttLink } from '#drivers/channel/mqtt-link.ts';
import { RogueServer } from '#drivers/channel/rogue-server.ts';
import type { StreamTap } from '#drivers/channel/stream-tap.ts';
import { IP_INTERFACE, WireCapture, type Flow } from '#drivers/radio/wire-capture.ts';
import type { Address, Tcp } from '#drivers/channel/tcp.ts';

/** How the bench's side of the board's network is set up. */
export interface NetworkOptions {
  readonly tcp: Tcp;
  readonly clock: Clock;
  /** A broker of the bench; default one of our own. */
  readonly broker?: Address;
  /** Where a board on a real network reaches us; default free loopback ports. */
  readonly listen?: { readonly mqtt: Address; readonly http: Address };
  /** Name of the server that the board fetches from by HTTPS, and where it listens; left out: there is none. */
  readonly https?: {
    readonly name: string;
    readonly listen?: { readonly https: Address; readonly http: Address };
  };
}

/** What a board needs of a network: broker behind a front, HTTP server, and the bench's own client. */
export interface BenchNetwork {
  readonly broker: Broker;
  readonly front: MqttFront;
  readonly host: HttpHost;
  readonly link: MqttLink;
  /** Misbehaves by script; null: the board does not fetch by HTTPS. */
  readonly rogue: RogueServer | null;
  /** What passes between these and the board. */
  readonly wire: WireCapture;
  close(): Promise<void>;
}

/** Well-known ports, by which a dissector knows what it looks at; the real ones are whatever was free. */
const PORT = { mqtt: 1883, http: 80, https: 443 } as const;
/** Content type of a TLS handshake record (RFC 8446 5.1), with which every client of HTTPS begins. */
const TLS_HANDSHAKE = 0x16;

function byFirstByte([first]: Uint8Array): number {
  return first === TLS_HANDSHAKE ? PORT.https : PORT.http;
}

function tapOf(wire: WireCapture, portOf: (first: Uint8Array) => number): StreamTap {
  return {
    opened: () => {
      let flow: Flow | null = null;
      return {
        passed: (fromClient, bytes) => {
          flow ??= wire.flow(portOf(bytes));
          flow.passed(fromClient, bytes);
        },
        closed: () => flow?.closed(),
      };
    },
  };
}

/** Opens everything, or nothing: what was opened before a failure is closed again. */
export async function openNetwork(options: NetworkOptions): Promise<BenchNetwork> {
  const { tcp, clock, listen } = options;
  const wire = new WireCapture(clock, IP_INTERFACE);
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.unshift(part);
    return part;
  };
  const close = async () => {
    for (const part of opened.splice(0)) await part.close();
  };
  try {
    const outside = options.broker !== undefined;
    const broker = keep(options.broker ? outsideBroker(options.broker) : await embeddedBroker(tcp));
    const hold = outside ? { hold: () => clock.hold() } : {};
    const front = keep(
      await MqttFront.open({
        tcp: tcp.tapped(tapOf(wire, () => PORT.mqtt)),
        broker: broker.address,
        ...(listen && { listen: listen.mqtt }),
        ...hold,
      }),
    );
    const host = keep(await HttpHost.open(tcp.tapped(tapOf(wire, () => PORT.http)), listen?.http));
    const link = keep(
      await MqttLink.open(tcp, broker.address, `assay-bench-${process.pid}-${front.address.port}`),
    );
    const { https } = options;
    const rogue =
      https === undefined
        ? null
        : keep(await RogueServer.open({ tcp: tcp.tapped(tapOf(wire, byFirstByte)), clock, ...https }));
    return { broker, front, host, link, rogue, wire, close };
  } catch (error) {
    await close();
    throw error;
  }
}
