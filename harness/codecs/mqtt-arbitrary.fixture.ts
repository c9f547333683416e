import * as fc from 'fast-check';
import {
  isTopicFilter,
  isTopicName,
  type MqttMessage,
  type MqttPacket,
  type Qos,
} from '#codecs/mqtt-packet.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
const topic = text.filter(isTopicName);
const filter = fc.oneof(topic, fc.constantFrom('#', '+', 'a/+/b', 'a/#')).filter(isTopicFilter);
const bytes = fc.uint8Array({ maxLength: 300 });
const id = fc.integer({ min: 1, max: 0xffff });
const qos = fc.constantFrom<Qos>(0, 1, 2);
const plain = { noNullPrototype: true } as const;
const message = fc.record({ topic, payload: bytes, qos, retain: fc.boolean() }, plain);

interface ConnectFields {
  readonly clientId: string;
  readonly cleanSession: boolean;
  readonly keepAlive: number;
  readonly will: MqttMessage | undefined;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

function toConnect({ will, username, password, ...rest }: ConnectFields): MqttPacket {
  return {
    type: 'connect',
    ...rest,
    ...(will && { will }),
    ...(username !== undefined && { username, ...(password && { password }) }),
  };
}

function toPublish([sent, dup, packetId]: [MqttMessage, boolean, number]): MqttPacket {
  return { type: 'publish', ...sent, dup: dup && sent.qos > 0, packetId: sent.qos > 0 ? packetId : null };
}

const connect = fc
  .record<ConnectFields>(
    {
      clientId: text,
      cleanSession: fc.boolean(),
      keepAlive: fc.integer({ min: 0, max: 0xffff }),
      will: fc.option(message, { nil: undefined }),
      username: fc.option(text, { nil: undefined }),
      password: fc.option(bytes, { nil: undefined }),
    },
    plain,
  )
  .map(toConnect);

const publish = fc.tuple(message, fc.boolean(), id).map(toPublish);

/** Any packet that the standard allows. */
export const anyPacket: fc.Arbitrary<MqttPacket> = fc.oneof(
  connect,
  publish,
  fc.integer({ min: 0, max: 5 }).map((returnCode): MqttPacket => ({
    type: 'connack',
    sessionPresent: returnCode === 0,
    returnCode,
  })),
  fc
    .tuple(fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback'), id)
    .map(([type, packetId]): MqttPacket => ({ type, packetId })),
  fc
    .tuple(id, fc.array(fc.record({ filter, qos }, plain), { minLength: 1, maxLength: 4 }))
    .map(([packetId, subscriptions]): MqttPacket => ({ type: 'subscribe', packetId, subscriptions })),
  fc
    .tuple(id, fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: 4 }))
    .map(([packetId, codes]): MqttPacket => ({ type: 'suback', packetId, codes })),
  fc
    .tuple(id, fc.array(filter, { minLength: 1, maxLength: 4 }))
    .map(([packetId, filters]): MqttPacket => ({ type: 'unsubscribe', packetId, filters })),
  fc.constantFrom('pingreq', 'pingresp', 'disconnect').map((type): MqttPacket => ({ type })),
);
