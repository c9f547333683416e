import { createServer, type Server, type Socket } from 'node:net';
import { PeerError } from '#core/errors.ts';
import type { BrokerEnd } from '#codecs/broker-script.ts';
import { MqttFramer, type MqttFrame } from '#codecs/mqtt.ts';
import { ExchangeHold } from '#drivers/channel/exchange-hold.ts';
import type { Address, Tcp } from '#drivers/channel/tcp.ts';

/** What the device does on its connection to the broker. */
export interface FrontEvents {
  /** Bytes from the device. */
  sent(bytes: Uint8Array): void;
  /** The device's connection ended. */
  closed(): void;
}

/** Bytes in the place of one packet of the broker's. */
export interface Pose {
  /** First byte of the packet that does not come. */
  readonly first: number;
  /** None: nothing comes for it. */
  readonly bytes: Uint8Array;
  /** How the connection ends behind them; left out: it stays. */
  readonly end?: BrokerEnd;
  /** The connection in which they came has ended. */
  ended(): void;
}

export interface FrontOptions {
  readonly tcp: Tcp;
  readonly broker: Address;
  /** Where the device connects to; default a free loopback port. */
  readonly listen?: Address;
  /** Stops simulated time while a broker in another process owes the device an answer. */
  readonly hold?: () => () => void;
}

/** Longest packet a broker may send through: more than any image notice, and a bound. */
const FROM_BROKER = 1 << 20;

interface Session {
  readonly device: Socket;
  readonly broker: Socket;
  /** The broker has acknowledged a subscription, so that commands can arrive. */
  subscribed: boolean;
  /** What was played in it. */
  pose: Pose | null;
}

/**
 * Stands between the device and its broker and passes bytes on, whole packets towards the device; so that raw bytes can
 * be put into the device's own connection, between packets, as a rogue broker would.
 */
export class MqttFront {
  readonly #server: Server;
  readonly #options: FrontOptions;
  readonly #sessions = new Set<Session>();
  readonly #listeners = new Set<FrontEvents>();
  readonly #awaiting = new Set<() => void>();
  #address: Address = { host: '127.0.0.1', port: 0 };
  #latest: Session | null = null;
  /** Waits for its packet. */
  #pose: Pose | null = null;

  private constructor(options: FrontOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (device) => this.#accept(device));
  }

  static async open(options: FrontOptions): Promise<MqttFront> {
    const front = new MqttFront(options);
    front.#address = await options.tcp.listen(front.#server, options.listen);
    return front;
  }

  /** What the device has to connect to. */
  get address(): Address {
    return this.#address;
  }

  /** A device is connected and can be sent commands. */
  get ready(): boolean {
    return this.#latest?.subscribed ?? false;
  }

  /** Listens to the device's connection; gives how to stop. */
  observe(events: FrontEvents): () => void {
    this.#listeners.add(events);
    return () => this.#listeners.delete(events);
  }

  /** Calls back once a device is ready; gives how to stop waiting. */
  onReady(listener: () => void): () => void {
    this.#awaiting.add(listener);
    return () => this.#awaiting.delete(listener);
  }

  /** Puts bytes into the device's connection; false when there is none. */
  inject(bytes: Uint8Array): boolean {
    if (this.#latest === null) return false;
    this.#latest.device.write(bytes);
    return true;
  }

  /** Ends the device's connection, and plays this in the next in which the broker sends such a packet; null: no more. */
  pose(pose: Pose | null): void {
    this.#pose = pose;
    if (pose !== null) this.#latest?.device.destroySoon();
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    for (const { device, broker } of this.#sessions) {
      device.destroy();
      broker.destroy();
    }
    await closed;
  }

  #accept(device: Socket): void {
    const broker = this.#options.tcp.socket(this.#options.broker);
    const session: Session = { device, broker, subscribed: false, pose: null };
    const owed = new ExchangeHold(this.#options.hold);
    this.#sessions.add(session);
    this.#latest = session;
    const fromBroker = new MqttFramer(FROM_BROKER);
    const fromDevice = new MqttFramer(FROM_BROKER);
    device.on('data', (bytes) => {
      for (const frame of fromDevice.push(bytes)) if (!(frame instanceof PeerError)) owed.asked(frame);
      broker.write(bytes);
      for (const listener of this.#listeners) listener.sent(bytes);
    });
    broker.on('data', (bytes) => {
      for (const frame of fromBroker.push(bytes)) {
        if (frame instanceof PeerError) broker.destroy();
        else this.#toDevice(session, frame, owed);
      }
    });
    const over = () => this.#over(session, owed);
    for (const socket of [device, broker]) {
      socket.on('error', over);
      socket.on('close', over);
    }
  }

  #toDevice(session: Session, frame: MqttFrame, owed: ExchangeHold): void {
    owed.answered(frame);
    if (this.#pose?.first === frame.first) this.#play(session, this.#pose);
    else session.device.write(frame.bytes);
    if (frame.first !== SUBACK) return;
    session.subscribed = true;
    for (const listener of this.#awaiting) listener();
  }

  #play(session: Session, pose: Pose): void {
    this.#pose = null;
    session.pose = pose;
    const { device } = session;
    if (pose.bytes.length > 0) device.write(pose.bytes);
    if (pose.end === 'close') device.end();
    if (pose.end === 'reset') device.resetAndDestroy();
  }

  #over(session: Session, owed: ExchangeHold): void {
    if (!this.#sessions.delete(session)) return;
    session.pose?.ended();
    owed.end();
    session.device.destroySoon();
    session.broker.destroySoon();
    if (this.#latest !== session) return;
    this.#latest = null;
    for (const listener of this.#listeners) listener.closed();
  }
}

const SUBACK = 0x90;
