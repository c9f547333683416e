import type { MqttVersion } from '#drivers/peers/ip/rogue-broker.ts';

/** What a client under test has to say so far. */
export interface VictimReport {
  /** Topics of the messages it delivered, hexadecimal. */
  readonly topics: readonly string[];
  /** It told its owner that the broker is wrong. */
  readonly complained: boolean;
  /** What it died of; null while it lives. */
  readonly died: string | null;
}

/** One MQTT client of other people, connected to a broker of ours and subscribed to everything. */
export interface Victim {
  report(): Promise<VictimReport>;
  stop(): Promise<void>;
}

/** A make of client. */
export interface VictimMake {
  /** As the tables of expectations name it. */
  readonly name: string;
  /** Connects to a port of loopback. */
  start(port: number, version: MqttVersion): Promise<Victim>;
  /** Why it cannot be used here; null where it can. */
  missing(): Promise<string | null>;
  close(): Promise<void>;
}
