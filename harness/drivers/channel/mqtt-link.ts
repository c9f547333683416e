import { MqttClient } from 'mqtt';
import { BenchError } from '#core/errors.ts';
import type { Address, Tcp } from '#drivers/channel/tcp.ts';

/** A message that the broker delivered. */
export interface Delivered {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** It was kept by the broker from earlier. */
  readonly retained: boolean;
}

/** Longest the broker is waited for, real milliseconds: it is part of the bench, not of the board. */
const BROKER_MS = 10_000;

/** The bench's own connection to the broker. */
export class MqttLink {
  readonly #client: MqttClient;
  readonly #address: Address;
  readonly #listeners = new Set<(message: Delivered) => void>();
  #failure: Error | null = null;

  private constructor(tcp: Tcp, address: Address, clientId: string) {
    this.#address = address;
    this.#client = new MqttClient(() => tcp.socket(address), {
      clientId,
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
      reconnectPeriod: 0,
      connectTimeout: BROKER_MS,
    });
    this.#client.on('error', (error) => (this.#failure = error));
    this.#client.on('message', (topic, payload, packet) => {
      for (const listener of this.#listeners) listener({ topic, payload, retained: packet.retain });
    });
  }

  /** BenchError `broker-failed`. */
  static async open(tcp: Tcp, address: Address, clientId: string): Promise<MqttLink> {
    const link = new MqttLink(tcp, address, clientId);
    try {
      await link.#within(link.#connected(), 'connect');
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.once('connect', () => resolve());
      this.#client.once('error', reject);
      this.#client.once('close', () => reject(this.#failure ?? new Error('connection closed')));
    });
  }

  /** Calls back for every message; gives how to stop. */
  onMessage(listener: (message: Delivered) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the broker has taken the subscription. BenchError `broker-failed`. */
  async subscribe(topics: readonly string[]): Promise<void> {
    await this.#within(this.#client.subscribeAsync([...topics], { qos: 1 }), 'subscribe');
  }

  /** Resolves when the broker has taken the message. BenchError `broker-failed`. */
  async publish(topic: string, payload: Uint8Array): Promise<void> {
    await this.#within(this.#client.publishAsync(topic, Buffer.from(payload), { qos: 1 }), 'publish');
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#client.endAsync(true);
  }

  async #within<T>(work: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${BROKER_MS} ms`)), BROKER_MS);
    });
    try {
      return await Promise.race([work, late]);
    } catch (cause) {
      throw new BenchError({
        code: 'broker-failed',
        message: `the MQTT broker at ${this.#address.host}:${this.#address.port} did not ${what}`,
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: 'see that the broker runs and accepts this client',
        cause,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
