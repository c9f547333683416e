/** Delivery quality of an MQTT publication: at most once, at least once, exactly once. */
export type Qos = 0 | 1 | 2;

/** A message that travels by PUBLISH or is left behind as a will. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
}

export interface ConnectPacket {
  readonly type: 'connect';
  readonly clientId: string;
  readonly cleanSession: boolean;
  /** Seconds, 0: none. */
  readonly keepAlive: number;
  readonly will?: MqttMessage;
  readonly username?: string;
  readonly password?: Uint8Array;
}

export interface ConnackPacket {
  readonly type: 'connack';
  readonly sessionPresent: boolean;
  /** 0 accepted, 1 to 5 refused. */
  readonly returnCode: number;
}

export interface PublishPacket extends MqttMessage {
  readonly type: 'publish';
  readonly dup: boolean;
  /** Null with quality 0. */
  readonly packetId: number | null;
}

/** The packets that are nothing but a packet identifier. */
export interface AckPacket {
  readonly type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp' | 'unsuback';
  readonly packetId: number;
}

export interface SubscribePacket {
  readonly type: 'subscribe';
  readonly packetId: number;
  readonly subscriptions: readonly { readonly filter: string; readonly qos: Qos }[];
}

export interface SubackPacket {
  readonly type: 'suback';
  readonly packetId: number;
  /** Granted quality, or 0x80 for a refused filter. */
  readonly codes: readonly number[];
}

export interface UnsubscribePacket {
  readonly type: 'unsubscribe';
  readonly packetId: number;
  readonly filters: readonly string[];
}

/** The packets without any content. */
export interface EmptyPacket {
  readonly type: 'pingreq' | 'pingresp' | 'disconnect';
}

/** A control packet of MQTT 3.1.1 (OASIS standard, 2014). */
export type MqttPacket =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AckPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | EmptyPacket;

/** Packet types by number (MQTT 3.1.1, table 2.1); 0 and 15 are reserved. */
export const MQTT_TYPES = [
  null,
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  null,
] as const;

/** Fixed header flags of every type but PUBLISH (MQTT 3.1.1, table 2.2). */
export function mqttFlags(type: Exclude<MqttPacket['type'], 'publish'>): number {
  return type === 'pubrel' || type === 'subscribe' || type === 'unsubscribe' ? 0b0010 : 0;
}

/** Largest value of Remaining Length: four bytes of seven bits. */
export const MQTT_MAX_REMAINING = 0x0fff_ffff;

/** True for a topic name: not empty, no wildcards (4.7.1, 4.7.3). */
export function isTopicName(topic: string): boolean {
  return topic.length > 0 && !/[+#\0]/.test(topic);
}

/** True for a topic filter: wildcards stand alone in their level, `#` only in the last (4.7.1). */
export function isTopicFilter(filter: string): boolean {
  if (filter.length === 0 || filter.includes('\0')) return false;
  const levels = filter.split('/');
  return levels.every((level, at) => {
    if (level === '+' || (level === '#' && at === levels.length - 1)) return true;
    return !/[+#]/.test(level);
  });
}
