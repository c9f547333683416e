import { UsageError } from '#core/errors.ts';
import {
  isTopicFilter,
  isTopicName,
  mqttFlags,
  MQTT_MAX_REMAINING,
  MQTT_TYPES,
  type ConnectPacket,
  type MqttPacket,
  type PublishPacket,
} from '#codecs/mqtt-packet.ts';

/** The bytes of a control packet. UsageError when a field does not fit its place. */
export function encodeMqtt(packet: MqttPacket): Uint8Array {
  const flags = packet.type === 'publish' ? publishFlags(packet) : mqttFlags(packet.type);
  const body = Buffer.concat(bodyOf(packet));
  const first = (MQTT_TYPES.indexOf(packet.type) << 4) | flags;
  return Buffer.concat([Uint8Array.of(first), remainingLength(body.length), body]);
}

/** Remaining Length in the fewest bytes (2.2.3). */
export function remainingLength(length: number): Uint8Array {
  check(Number.isInteger(length) && length >= 0 && length <= MQTT_MAX_REMAINING, 'packet length', length);
  const bytes: number[] = [];
  let rest = length;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

function publishFlags(packet: PublishPacket): number {
  check(!packet.dup || packet.qos > 0, 'DUP flag', 'quality 0');
  return (packet.dup ? 8 : 0) | (packet.qos << 1) | (packet.retain ? 1 : 0);
}

function bodyOf(packet: MqttPacket): Uint8Array[] {
  switch (packet.type) {
    case 'connect':
      return connectBody(packet);
    case 'connack':
      return [Uint8Array.of(packet.sessionPresent ? 1 : 0, packet.returnCode)];
    case 'publish':
      return publishBody(packet);
    case 'subscribe':
      check(packet.subscriptions.length > 0, 'subscriptions', 'none');
      return [
        identifier(packet.packetId),
        ...packet.subscriptions.flatMap(({ filter, qos }) => [topicFilter(filter), Uint8Array.of(qos)]),
      ];
    case 'suback':
      check(packet.codes.length > 0, 'return codes', 'none');
      return [identifier(packet.packetId), Uint8Array.from(packet.codes)];
    case 'unsubscribe':
      check(packet.filters.length > 0, 'filters', 'none');
      return [identifier(packet.packetId), ...packet.filters.map(topicFilter)];
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return [];
    default:
      return [identifier(packet.packetId)];
  }
}

function publishBody(packet: PublishPacket): Uint8Array[] {
  check((packet.packetId === null) === (packet.qos === 0), 'packet identifier', packet.packetId);
  const id = packet.packetId === null ? [] : [identifier(packet.packetId)];
  return [topicName(packet.topic), ...id, packet.payload];
}

function connectBody(packet: ConnectPacket): Uint8Array[] {
  const { will, username, password } = packet;
  check(password === undefined || username !== undefined, 'password', 'without user name');
  const flags =
    (packet.cleanSession ? 2 : 0) |
    (will ? 4 | (will.qos << 3) | (will.retain ? 0x20 : 0) : 0) |
    (password ? 0x40 : 0) |
    (username === undefined ? 0 : 0x80);
  return [
    text('MQTT'),
    Uint8Array.of(4, flags),
    u16(packet.keepAlive),
    text(packet.clientId),
    ...(will ? [topicName(will.topic), binary(will.payload)] : []),
    ...(username === undefined ? [] : [text(username)]),
    ...(password ? [binary(password)] : []),
  ];
}

function topicName(topic: string): Uint8Array {
  check(isTopicName(topic), 'topic name', topic);
  return text(topic);
}

function topicFilter(filter: string): Uint8Array {
  check(isTopicFilter(filter), 'topic filter', filter);
  return text(filter);
}

function text(value: string): Uint8Array {
  check(!/[\p{Surrogate}\0]/u.test(value), 'text', value);
  return binary(Buffer.from(value, 'utf8'));
}

function binary(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([u16(bytes.length), bytes]);
}

function identifier(id: number): Uint8Array {
  check(id !== 0, 'packet identifier', id);
  return u16(id);
}

function u16(value: number): Uint8Array {
  check(Number.isInteger(value) && value >= 0 && value <= 0xffff, '16-bit field', value);
  return Uint8Array.of(value >> 8, value & 0xff);
}

function check(fits: boolean, what: string, got: string | number | null): void {
  if (fits) return;
  throw new UsageError({
    code: 'mqtt-field',
    message: `an MQTT packet cannot carry this ${what}`,
    got: JSON.stringify(got),
    remedy: 'see MQTT 3.1.1, chapters 2 to 4',
  });
}
