import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import type { Address, Tcp } from '#drivers/channel/tcp.ts';

/** A broker that a rig's client and front can connect to. */
export interface Broker {
  readonly address: Address;
  /** What it is, for the report. */
  readonly name: string;
  close(): Promise<void>;
}

/** A broker of our own on a free loopback port. */
export async function embeddedBroker(tcp: Tcp): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    // The clients live in simulated time, this broker in real time: it is not to judge how long they were silent.
    preConnect: (_client, packet, done) => {
      packet.keepalive = 0;
      done(null, true);
    },
  });
  const server = createServer({ noDelay: true }, (socket) => {
    aedes.handle(socket);
  });
  aedes.on('clientError', (client) => client.close());
  aedes.on('connectionError', (client) => client.close());
  const address = await tcp.listen(server);
  return {
    address,
    name: `aedes on ${address.host}:${address.port}`,
    close: async () => {
      await new Promise<void>((closed) => {
        aedes.close(closed);
      });
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

/** A broker that runs elsewhere, such as mosquitto on this machine. */
export function outsideBroker(address: Address): Broker {
  return { address, name: `broker at ${address.host}:${address.port}`, close: () => Promise.resolve() };
}
