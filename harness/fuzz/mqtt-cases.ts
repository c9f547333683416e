import type { FuzzCase } from '#core/verbs.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { boundaries, havoc, overwrite, truncations } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

/** First byte of a PUBLISH with quality 0. */
const PUBLISH = 0x30;
/** Offset of the topic length in a packet whose Remaining Length takes one byte. */
const TOPIC_LENGTH = 2;
/** Packet types that only a client sends. */
const CLIENT_ONLY: readonly MqttPacket[] = [
  { type: 'connect', clientId: 'fuzz', cleanSession: true, keepAlive: 0 },
  { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] },
  { type: 'unsubscribe', packetId: 1, filters: ['a'] },
  { type: 'pingreq' },
  { type: 'disconnect' },
];

function publish(topic: string, payload: Uint8Array): Uint8Array {
  return encodeMqtt({ type: 'publish', topic, payload, qos: 0, retain: false, dup: false, packetId: null });
}

function text(value: string): Uint8Array {
  return Buffer.from(value, 'latin1');
}

function bytes(name: string, ...values: readonly number[]): FuzzCase {
  return { name, bytes: Uint8Array.from(values) };
}

/** Packets of a broker, cut short at every byte; what the client does with the rest of its session is looked at. */
export function mqttTruncated(topic: string): readonly FuzzCase[] {
  return truncations('PUBLISH', publish(topic, text('{}'))).filter((one) => one.bytes.length > 0);
}

/** Remaining Lengths and topic lengths that do not tell the truth. */
export function mqttLengthLies(topic: string): readonly FuzzCase[] {
  const sound = publish(topic, text('{}'));
  const announced: readonly (readonly [string, readonly number[]])[] = [
    ['0', [0x00]],
    ['one less than there is', [sound.length - 3]],
    ['one more than there is', [sound.length - 1]],
    ['not minimal', [0x80 | (sound.length - 2), 0x00]],
    ['4096, as much as a buffer of 4 KiB holds', [0x80, 0x20]],
    ['4097, one more than a buffer of 4 KiB', [0x81, 0x20]],
    ['65536', [0x80, 0x80, 0x04]],
    ['268435455, the largest there is', [0xff, 0xff, 0xff, 0x7f]],
    ['of five bytes', [0xff, 0xff, 0xff, 0xff, 0x01]],
    ['of five bytes, all zero', [0x80, 0x80, 0x80, 0x80, 0x00]],
    ['that never ends', Array.from({ length: 12 }, () => 0xff)],
  ];
  const body = sound.subarray(2);
  return [
    ...announced.map(([what, length]) => bytes(`Remaining Length ${what}`, PUBLISH, ...length, ...body)),
    ...overwrite('topic length', sound, TOPIC_LENGTH, 2, boundaries(16, topic.length)),
    bytes('a PUBLISH of one byte', PUBLISH, 1, 0),
    bytes('an empty topic', PUBLISH, 2, 0, 0),
  ];
}

/** Every packet type with flags right and wrong, and packets that have no place in the session. */
export function mqttTypes(): readonly FuzzCase[] {
  const sweep = Array.from({ length: 16 }, (_, type) =>
    [0x0, 0x2, 0xf].flatMap((flags) => {
      const first = (type << 4) | flags;
      const name = `first byte 0x${first.toString(16).padStart(2, '0')}`;
      return [bytes(`${name}, empty`, first, 0), bytes(`${name}, two bytes`, first, 2, 0, 1)];
    }),
  ).flat();
  return [
    ...sweep,
    ...CLIENT_ONLY.map((packet) => ({ name: `a ${packet.type} from the broker`, bytes: encodeMqtt(packet) })),
    bytes('a second CONNACK', 0x20, 2, 0, 0),
    bytes('a CONNACK of three bytes', 0x20, 3, 0, 0, 0),
    bytes('a CONNACK that refuses', 0x20, 2, 0, 5),
    bytes('a SUBACK nobody asked for', 0x90, 3, 0, 9, 0x80),
    bytes('a SUBACK without codes', 0x90, 2, 0, 1),
    bytes('a PINGRESP of one byte', 0xd0, 1, 0),
    bytes('quality 3', 0x36, 5, 0, 1, 0x61, 0, 1),
    bytes('quality 1 without packet id', 0x32, 3, 0, 1, 0x61),
    bytes('packet id 0', 0x32, 5, 0, 1, 0x61, 0, 0),
  ];
}

/** Topics that no broker may deliver. */
export function mqttTopics(): readonly FuzzCase[] {
  const topics: readonly (readonly [string, string])[] = [
    ['a wildcard', '#'],
    ['a level wildcard', 'a/+/b'],
    ['a NUL', 'a\0b'],
    ['bad UTF-8', '\xc3\x28'],
    ['a surrogate', '\xed\xa0\x80'],
    ['a thousand levels', '/'.repeat(1000)],
    ['4000 characters', 'a'.repeat(4000)],
    ['format directives', '%n%s%x'],
  ];
  return topics.map(([what, topic]) => {
    const body = [topic.length >> 8, topic.length & 0xff, ...text(topic)];
    const length = body.length < 128 ? [body.length] : [0x80 | (body.length & 0x7f), body.length >> 7];
    return bytes(`a topic with ${what}`, PUBLISH, ...length, ...body);
  });
}

/** Random damage to packets of a broker; a function of the seed and the case's number. */
export function mqttHavoc(seed: number, topic: string, count: number): readonly FuzzCase[] {
  const bases: readonly (readonly [string, Uint8Array])[] = [
    ['PUBLISH', publish(topic, text('{"command":"ping","nonce":"fuzz"}'))],
    ['SUBACK', encodeMqtt({ type: 'suback', packetId: 1, codes: [1, 1] })],
    ['PUBACK', encodeMqtt({ type: 'puback', packetId: 7 })],
  ];
  return Array.from({ length: count }, (_, number) => {
    const stream = rng(seed, `mqtt havoc ${number}`);
    const [what, packet] = bases[stream.below(bases.length)] ?? ['nothing', new Uint8Array(1)];
    return havoc(what, packet, stream);
  });
}
