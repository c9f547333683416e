import { PeerError } from '#core/errors.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import type { MqttMessage, MqttPacket, PublishPacket } from '#codecs/mqtt-packet.ts';
import { MqttStream } from '#codecs/mqtt.ts';
import { corruptHeap } from '#virtual/esp-fault.ts';
import { mqttFault } from '#virtual/esp-net-flaws.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import type { NetworkStream } from '#virtual/network.ts';

/** What the client is told to do, and whom it tells. */
export interface EspMqttOptions {
  readonly runtime: EspRuntime;
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  /** Filters without wildcards. */
  readonly topics: readonly string[];
  onMessage(topic: string, payload: Uint8Array): void;
  /** The subscriptions stand. */
  onReady(): void;
}

/** Longest packet body the client takes: its receive buffer. */
const BUFFER = 4096;
const KEEP_ALIVE_S = 30;
/** Connection, handshake and ping each have this long. */
const ANSWER_MS = 5000;
/** A packet that has begun must be complete by then. */
const PACKET_MS = 2000;
const BACK_OFF_MS = [250, 500, 1000, 2000, 4000, 8000] as const;
/** Messages kept for a broker that is not there. */
const OUTBOX = 8;

interface Session {
  readonly stream: NetworkStream;
  readonly decoder: MqttStream;
  state: 'connecting' | 'connack' | 'suback' | 'ready';
  /** A ping is on its way since this packet count; null: none. */
  pinged: boolean;
  /** Packets received. */
  packets: number;
}

/** MQTT 3.1.1 client of the simulated application: subscribes, keeps alive, reconnects with growing pauses. */
export class EspMqtt {
  readonly #options: EspMqttOptions;
  readonly #outbox = new Map<number, PublishPacket>();
  #session: Session | null = null;
  #failures = 0;
  #lastId = 1;

  constructor(options: EspMqttOptions) {
    this.#options = options;
  }

  start(): void {
    const { runtime, host, port } = this.#options;
    const stream = runtime.connect(host, port, {
      opened: () => this.#opened(session),
      data: (bytes) => this.#received(session, bytes),
      closed: () => this.#lost(session),
    });
    const decoder = new MqttStream(BUFFER);
    const session: Session = { stream, decoder, state: 'connecting', pinged: false, packets: 0 };
    this.#session = session;
    runtime.after(ANSWER_MS, () => {
      const waitsOn = session.state === 'connack' && runtime.flaws.has('mqtt/connack-no-timeout');
      if (session.state !== 'ready' && !waitsOn) this.#drop(session);
    });
  }

  /** Sends at least once; what finds no broker waits for it, the oldest giving way. */
  publish(message: MqttMessage): void {
    this.#lastId = (this.#lastId % 0xffff) + 1;
    const packet: PublishPacket = {
      type: 'publish',
      ...message,
      qos: 1,
      dup: false,
      packetId: this.#lastId,
    };
    this.#outbox.set(this.#lastId, packet);
    const [oldest] = this.#outbox.keys();
    if (this.#outbox.size > OUTBOX && oldest !== undefined) this.#outbox.delete(oldest);
    if (this.#session?.state === 'ready') this.#send(this.#session, packet);
  }

  #opened(session: Session): void {
    session.state = 'connack';
    const { clientId } = this.#options;
    this.#send(session, { type: 'connect', clientId, cleanSession: true, keepAlive: KEEP_ALIVE_S });
  }

  #send(session: Session, packet: MqttPacket): void {
    session.stream.write(encodeMqtt(packet));
  }

  #received(session: Session, bytes: Uint8Array): void {
    for (const packet of session.decoder.push(bytes)) {
      if (this.#session !== session) return;
      session.packets += 1;
      if (packet instanceof PeerError) this.#refuse(session, packet);
      else if (!this.#handle(session, packet)) this.#drop(session);
    }
    if (session.decoder.midPacket) this.#expectRest(session);
  }

  #expectRest(session: Session): void {
    if (this.#options.runtime.flaws.has('mqtt/packet-no-timeout')) return;
    const { packets } = session;
    this.#options.runtime.after(PACKET_MS, () => {
      if (session.decoder.midPacket && session.packets === packets) this.#drop(session);
    });
  }

  #refuse(session: Session, error: PeerError): void {
    const fault = mqttFault(this.#options.runtime.flaws, error);
    if (fault !== null) throw fault;
    this.#options.runtime.print(`E (${this.#options.runtime.clock.now()}) mqtt_client: ${error.message}`);
    this.#drop(session);
  }

  /** False for a packet that has no place in this state of the session. */
  #handle(session: Session, packet: MqttPacket): boolean {
    switch (packet.type) {
      case 'connack':
        return session.state === 'connack' && packet.returnCode === 0 && this.#subscribe(session);
      case 'suback':
        return session.state !== 'suback' || this.#subscribed(session, packet.codes);
      case 'publish':
        return packet.qos < 2 && session.state !== 'connack' && this.#deliver(session, packet);
      case 'puback':
        this.#outbox.delete(packet.packetId);
        return true;
      case 'pingresp':
        session.pinged = false;
        return true;
      default:
        return false;
    }
  }

  #subscribe(session: Session): boolean {
    session.state = 'suback';
    const subscriptions = this.#options.topics.map((filter) => ({ filter, qos: 1 as const }));
    this.#send(session, { type: 'subscribe', packetId: 1, subscriptions });
    return true;
  }

  #subscribed(session: Session, codes: readonly number[]): boolean {
    const isMore = codes.length > this.#options.topics.length;
    if (isMore && this.#options.runtime.flaws.has('mqtt/suback-codes-trusted')) throw corruptHeap();
    if (codes.length !== this.#options.topics.length || codes.some((code) => code > 1)) return false;
    session.state = 'ready';
    this.#failures = 0;
    for (const packet of this.#outbox.values()) this.#send(session, packet);
    this.#keepAlive(session);
    this.#options.onReady();
    return true;
  }

  /** A message that the broker had kept is old news and not acted on. */
  #deliver(session: Session, packet: PublishPacket): boolean {
    if (packet.packetId !== null) this.#send(session, { type: 'puback', packetId: packet.packetId });
    if (!packet.retain && this.#options.topics.includes(packet.topic)) {
      this.#options.onMessage(packet.topic, packet.payload);
    }
    return true;
  }

  #keepAlive(session: Session): void {
    const { runtime } = this.#options;
    runtime.after(KEEP_ALIVE_S * 500, () => {
      if (this.#session !== session) return;
      session.pinged = true;
      this.#send(session, { type: 'pingreq' });
      runtime.after(ANSWER_MS, () => {
        if (session.pinged) this.#drop(session);
      });
      this.#keepAlive(session);
    });
  }

  #drop(session: Session): void {
    session.stream.close();
    this.#lost(session);
  }

  #lost(session: Session): void {
    if (this.#session !== session) return;
    this.#session = null;
    const pause = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#options.runtime.after(pause, () => this.start());
  }
}
