import { PeerError } from '#core/errors.ts';
import {
  isTopicFilter,
  isTopicName,
  mqttFlags,
  MQTT_TYPES,
  type ConnackPacket,
  type ConnectPacket,
  type MqttMessage,
  type MqttPacket,
  type PublishPacket,
  type Qos,
  type SubackPacket,
  type SubscribePacket,
  type UnsubscribePacket,
} from '#codecs/mqtt-packet.ts';
import { mqttError, MqttReader } from '#codecs/mqtt-reader.ts';

/** One control packet from the first byte of its fixed header and the bytes behind Remaining Length; or what is wrong with it. */
export function decodeMqtt(first: number, body: Uint8Array): MqttPacket | PeerError {
  try {
    const reader = new MqttReader(body);
    const packet = decode(first, reader);
    reader.end();
    return packet;
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
}

function decode(first: number, reader: MqttReader): MqttPacket {
  const type = MQTT_TYPES[first >> 4] ?? null;
  if (type === null) {
    throw mqttError('reserved-type', 'reserved control packet type', '1 to 14', String(first >> 4));
  }
  if (type === 'publish') return publish(first & 15, reader);
  if ((first & 15) !== mqttFlags(type)) {
    throw mqttError('flags', `flags of ${type}`, String(mqttFlags(type)), String(first & 15));
  }
  switch (type) {
    case 'connect':
      return connect(reader);
    case 'connack':
      return connack(reader);
    case 'subscribe':
      return subscribe(reader);
    case 'suback':
      return suback(reader);
    case 'unsubscribe':
      return unsubscribe(reader);
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return { type };
    default:
      return { type, packetId: reader.packetId() };
  }
}

function qos(value: number, what: string): Qos {
  if (value === 0 || value === 1 || value === 2) return value;
  throw mqttError('qos', `quality of ${what}`, '0, 1 or 2', String(value));
}

function topicName(reader: MqttReader): string {
  const topic = reader.text('topic name');
  if (!isTopicName(topic)) {
    throw mqttError('topic', 'not a topic name', 'no wildcards, not empty', JSON.stringify(topic));
  }
  return topic;
}

function topicFilter(reader: MqttReader): string {
  const filter = reader.text('topic filter');
  if (!isTopicFilter(filter)) {
    throw mqttError('topic', 'not a topic filter', 'wildcards alone in their level', JSON.stringify(filter));
  }
  return filter;
}

function publish(flags: number, reader: MqttReader): PublishPacket {
  const quality = qos((flags >> 1) & 3, 'PUBLISH');
  const dup = (flags & 8) !== 0;
  if (dup && quality === 0) throw mqttError('flags', 'DUP with quality 0 (3.3.1.1)', 'DUP 0', 'DUP 1');
  const topic = topicName(reader);
  const packetId = quality === 0 ? null : reader.packetId();
  const payload = reader.take(reader.left, 'payload').slice();
  return { type: 'publish', topic, payload, qos: quality, retain: (flags & 1) !== 0, dup, packetId };
}

function connect(reader: MqttReader): ConnectPacket {
  const protocol = reader.text('protocol name');
  const level = reader.u8('protocol level');
  if (protocol !== 'MQTT' || level !== 4) {
    throw mqttError(
      'protocol',
      'not MQTT 3.1.1',
      'MQTT level 4',
      `${JSON.stringify(protocol)} level ${level}`,
    );
  }
  const flags = reader.u8('connect flags');
  const keepAlive = reader.u16('keep alive');
  const clientId = reader.text('client identifier');
  const willMessage = will(flags, reader);
  const username = flags & 0x80 ? reader.text('user name') : undefined;
  if ((flags & 0x40) !== 0 && username === undefined) {
    throw mqttError('flags', 'password without user name (3.1.2.9)', 'both flags', 'password flag');
  }
  const password = flags & 0x40 ? reader.binary('password').slice() : undefined;
  return {
    type: 'connect',
    clientId,
    cleanSession: (flags & 2) !== 0,
    keepAlive,
    ...(willMessage && { will: willMessage }),
    ...(username !== undefined && { username }),
    ...(password && { password }),
  };
}

function will(flags: number, reader: MqttReader): MqttMessage | undefined {
  if ((flags & 1) !== 0) throw mqttError('flags', 'reserved connect flag (3.1.2.3)', '0', '1');
  if ((flags & 4) === 0) {
    if ((flags & 0x38) !== 0)
      throw mqttError('flags', 'will flags without a will', '0', String(flags & 0x38));
    return undefined;
  }
  const quality = qos((flags >> 3) & 3, 'will');
  const topic = topicName(reader);
  const payload = reader.binary('will message').slice();
  return { topic, payload, qos: quality, retain: (flags & 0x20) !== 0 };
}

function connack(reader: MqttReader): ConnackPacket {
  const flags = reader.u8('connect acknowledge flags');
  const returnCode = reader.u8('return code');
  if (flags > 1) throw mqttError('flags', 'reserved acknowledge flags (3.2.2.1)', '0 or 1', String(flags));
  if (returnCode > 5) throw mqttError('return-code', 'reserved return code', '0 to 5', String(returnCode));
  if (flags === 1 && returnCode !== 0) {
    throw mqttError('flags', 'session present in a refusal (3.2.2.2)', '0', '1');
  }
  return { type: 'connack', sessionPresent: flags === 1, returnCode };
}

function subscribe(reader: MqttReader): SubscribePacket {
  const packetId = reader.packetId();
  const subscriptions: { filter: string; qos: Qos }[] = [];
  do {
    const filter = topicFilter(reader);
    subscriptions.push({ filter, qos: qos(reader.u8('requested quality'), 'subscription') });
  } while (reader.left > 0);
  return { type: 'subscribe', packetId, subscriptions };
}

function suback(reader: MqttReader): SubackPacket {
  const packetId = reader.packetId();
  const codes: number[] = [];
  do {
    const code = reader.u8('return code');
    if (code > 2 && code !== 0x80) throw mqttError('return-code', 'in SUBACK', '0, 1, 2, 128', String(code));
    codes.push(code);
  } while (reader.left > 0);
  return { type: 'suback', packetId, codes };
}

function unsubscribe(reader: MqttReader): UnsubscribePacket {
  const packetId = reader.packetId();
  const filters: string[] = [];
  do filters.push(topicFilter(reader));
  while (reader.left > 0);
  return { type: 'unsubscribe', packetId, filters };
}
