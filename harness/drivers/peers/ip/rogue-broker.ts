import { createServer, type Server, type Socket } from 'node:net';
import { PeerError } from '#core/errors.ts';
import { MqttFramer, type MqttFrame } from '#codecs/mqtt.ts';
import type { Tcp } from '#drivers/channel/tcp.ts';
import type { BrokerCase } from '#fuzz/mqtt-broker-cases.ts';

/** Protocol versions that a client can be asked to speak. */
export type MqttVersion = '3.1.1' | '5.0';

/** Topic of the message that shows that a client still listens after a case. */
export const SENTINEL = 'assay/sentinel';

/** Longest packet taken from a client. */
const FROM_CLIENT = 1 << 16;
/** From the case to the sentinel, so that a client that reads a piece at a time sees them apart. */
const PAUSE_MS = 15;

const FIRST = { connect: 0x10, subscribe: 0x82, ping: 0xc0 } as const;

/** A broker that plays one case to the first client that comes, and sends sound packets otherwise. */
export class RogueBroker {
  readonly port: number;
  /** The client ended the connection. */
  closed = false;
  /** The sentinel went out. */
  sentinelSent = false;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, port: number, sockets: Set<Socket>) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
  }

  static async open(tcp: Tcp, one: BrokerCase, version: MqttVersion): Promise<RogueBroker> {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      const isFirst = sockets.size === 0;
      sockets.add(socket);
      socket.on('error', () => undefined);
      if (isFirst) broker.#play(socket, one, version);
      else socket.destroy();
    });
    const { port } = await tcp.listen(server);
    const broker = new RogueBroker(server, port, sockets);
    return broker;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #play(socket: Socket, one: BrokerCase, version: MqttVersion): void {
    const framer = new MqttFramer(FROM_CLIENT);
    socket.on('close', () => (this.closed = true));
    socket.on('end', () => (this.closed = true));
    socket.on('data', (bytes) => {
      for (const frame of framer.push(bytes)) {
        if (frame instanceof PeerError) socket.destroy();
        else this.#answer(socket, frame, one, version);
      }
    });
  }

  #answer(socket: Socket, frame: MqttFrame, one: BrokerCase, version: MqttVersion): void {
    const properties = version === '5.0' ? [0] : [];
    if (frame.first === FIRST.connect) {
      const sound = Uint8Array.of(0x20, 2 + properties.length, 0, 0, ...properties);
      socket.write(one.instead === 'connack' ? one.bytes : sound);
    } else if (frame.first === FIRST.subscribe) {
      const [high = 0, low = 0] = frame.body;
      const sound = Uint8Array.of(0x90, 3 + properties.length, high, low, ...properties, 0);
      socket.write(one.instead === 'suback' ? one.bytes : sound);
      setTimeout(() => this.#afterwards(socket, one, properties), PAUSE_MS);
    } else if (frame.first === FIRST.ping) socket.write(Uint8Array.of(0xd0, 0));
  }

  #afterwards(socket: Socket, one: BrokerCase, properties: readonly number[]): void {
    if (one.instead === 'nothing') socket.write(one.bytes);
    setTimeout(() => {
      const topic = Buffer.from(SENTINEL);
      const body = [0, topic.length, ...topic, ...properties, 0x21];
      socket.write(Uint8Array.of(0x30, body.length, ...body));
      this.sentinelSent = true;
    }, PAUSE_MS);
  }
}
