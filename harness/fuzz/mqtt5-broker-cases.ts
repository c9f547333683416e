import { remainingLength } from '#codecs/mqtt-encode.ts';
import type { BrokerCase } from '#fuzz/mqtt-broker-cases.ts';

/** Property identifiers of MQTT 5.0 (table 2-4) that a broker sends. */
const PROPERTY = {
  subscriptionId: 0x0b,
  assignedClientId: 0x12,
  serverKeepAlive: 0x13,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  maximumPacketSize: 0x27,
} as const;

function packet(first: number, body: readonly number[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(first), remainingLength(body.length), Uint8Array.from(body)]);
}

/** CONNACK that accepts, with these property bytes and a length of properties that may lie. */
function connack(
  properties: readonly number[],
  announced = [...remainingLength(properties.length)],
): Uint8Array {
  return packet(0x20, [0, 0, ...announced, ...properties]);
}

function publish(topic: string, properties: readonly number[], announced = properties.length): Uint8Array {
  const name = [...Buffer.from(topic, 'latin1')];
  return packet(0x30, [0, name.length, ...name, announced, ...properties, 0x78]);
}

type Row = readonly [name: string, bytes: Uint8Array];

const CONNACKS: readonly Row[] = [
  ['v5 CONNACK with properties past its end', connack([], [20])],
  ['v5 CONNACK with a property length that never ends', connack([], [0xff, 0xff, 0xff, 0xff, 0xff])],
  ['v5 CONNACK with fewer properties than it has', connack([PROPERTY.receiveMaximum, 0, 9], [1])],
  ['v5 CONNACK with an unknown property', connack([0x7f, 0])],
  ['v5 CONNACK with Receive Maximum 0', connack([PROPERTY.receiveMaximum, 0, 0])],
  [
    'v5 CONNACK with Receive Maximum twice',
    connack([PROPERTY.receiveMaximum, 0, 9, PROPERTY.receiveMaximum, 0, 9]),
  ],
  ['v5 CONNACK with Maximum Packet Size 0', connack([PROPERTY.maximumPacketSize, 0, 0, 0, 0])],
  ['v5 CONNACK with Maximum Packet Size 1', connack([PROPERTY.maximumPacketSize, 0, 0, 0, 1])],
  ['v5 CONNACK with Server Keep Alive 0', connack([PROPERTY.serverKeepAlive, 0, 0])],
  ['v5 CONNACK with Server Keep Alive 1', connack([PROPERTY.serverKeepAlive, 0, 1])],
  ['v5 CONNACK with Topic Alias Maximum 65535', connack([PROPERTY.topicAliasMaximum, 0xff, 0xff])],
  [
    'v5 CONNACK with an assigned client id of 65535 bytes',
    connack([PROPERTY.assignedClientId, 0xff, 0xff, ...Buffer.alloc(0xffff, 0x61)]),
  ],
  [
    'v5 CONNACK with an assigned client id past its end',
    connack([PROPERTY.assignedClientId, 0xff, 0xff, 0x61]),
  ],
];

const sessionRows = (topic: string): readonly Row[] => [
  ['v5 PUBLISH with alias 0', publish(topic, [PROPERTY.topicAlias, 0, 0])],
  ['v5 PUBLISH with an alias above the maximum', publish(topic, [PROPERTY.topicAlias, 0xff, 0xff])],
  ['v5 PUBLISH with an alias that was never defined', publish('', [PROPERTY.topicAlias, 0, 1])],
  ['v5 PUBLISH with subscription id 0', publish(topic, [PROPERTY.subscriptionId, 0])],
  ['v5 PUBLISH with properties past its end', publish(topic, [], 0x40)],
  ['v5 PUBLISH with an unknown property', publish(topic, [0x7f, 0])],
];

/** What a broker of MQTT 5.0 may do wrong besides what `mqttBrokerCases` has. */
export function mqtt5BrokerCases(topic: string): readonly BrokerCase[] {
  const named = (instead: BrokerCase['instead'], rows: readonly Row[]) =>
    rows.map(([name, bytes]): BrokerCase => ({ name, bytes, instead }));
  return [...named('connack', CONNACKS), ...named('nothing', sessionRows(topic))];
}
