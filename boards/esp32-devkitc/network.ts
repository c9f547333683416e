import type { Clock } from '#core/clock.ts';
import { HttpHost } from '#drivers/channel/http-host.ts';
import { embeddedBroker, outsideBroker, type Broker } from '#drivers/channel/mqtt-broker.ts';
import { MqttFront } from '#drivers/channel/mqtt-front.ts';
import { MqttLink } from '#drivers/channel/mqtt-link.ts';
import { RogueServer } from '#drivers/channel/rogue-server.ts';
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
  close(): Promise<void>;
}

/** Opens everything, or nothing: what was opened before a failure is closed again. */
export async function openNetwork(options: NetworkOptions): Promise<BenchNetwork> {
  const { tcp, clock, listen } = options;
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
      await MqttFront.open({ tcp, broker: broker.address, ...(listen && { listen: listen.mqtt }), ...hold }),
    );
    const host = keep(await HttpHost.open(tcp, listen?.http));
    const link = keep(
      await MqttLink.open(tcp, broker.address, `assay-bench-${process.pid}-${front.address.port}`),
    );
    const { https } = options;
    const rogue = https === undefined ? null : keep(await RogueServer.open({ tcp, clock, ...https }));
    return { broker, front, host, link, rogue, close };
  } catch (error) {
    await close();
    throw error;
  }
}
