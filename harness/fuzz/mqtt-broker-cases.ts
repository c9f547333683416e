import type { FuzzCase } from '#core/verbs.ts';
import { encodeBrokerScript, type BrokerPlace } from '#codecs/broker-script.ts';
import { encodeMqtt, remainingLength } from '#codecs/mqtt-encode.ts';

/** What a rogue broker does at one place of a session. */
export interface BrokerCase extends FuzzCase {
  /** What its bytes stand in the place of; `nothing`: they come once the client is subscribed. */
  readonly instead: BrokerPlace | 'nothing';
}

const CONNACK = 0x20;
const PUBLISH = 0x30;
const PUBACK = 0x40;
const PUBREC = 0x50;
const PUBREL = 0x62;
const PUBCOMP = 0x70;
const SUBACK = 0x90;
const UNSUBACK = 0xb0;
const PINGRESP = 0xd0;

/** A packet of this first byte with a truthful Remaining Length. */
function packet(first: number, ...body: readonly number[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(first), remainingLength(body.length), Uint8Array.from(body)]);
}

/** PUBLISH with any bytes for a topic, and any flags. */
function publish(topic: Uint8Array, rest: readonly number[] = [0x78], flags = 0): Uint8Array {
  return packet(PUBLISH | flags, topic.length >> 8, topic.length & 0xff, ...topic, ...rest);
}

const NOTHING = new Uint8Array();

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

type Row = readonly [name: string, bytes: Uint8Array | readonly number[]];

function rows(instead: BrokerCase['instead'], list: readonly Row[]): readonly BrokerCase[] {
  return list.map(([name, bytes]) => ({ name, bytes: Uint8Array.from(bytes), instead }));
}

const CONNECT_STAGE = rows('connack', [
  ['CONNACK empty', [CONNACK, 0]],
  ['CONNACK of one byte', [CONNACK, 1, 0]],
  ['CONNACK of three bytes', [CONNACK, 3, 0, 0, 0]],
  ['CONNACK of 200 bytes', packet(CONNACK, ...new Uint8Array(200))],
  ['CONNACK with reserved flags', [CONNACK, 2, 0xfe, 0]],
  ['CONNACK with a session nobody asked for', [CONNACK, 2, 1, 0]],
  ...[1, 2, 3, 4, 5, 6, 127, 255].map((code): Row => [
    `CONNACK with return code ${code}`,
    [CONNACK, 2, 0, code],
  ]),
  ['CONNACK never', []],
]);

const SUBSCRIBE_STAGE = rows('suback', [
  ['SUBACK with another id', [SUBACK, 4, 0x7f, 0xff, 0, 0]],
  ['SUBACK with too many codes', [SUBACK, 7, 0, 1, 0, 0, 0, 0, 0]],
  ['SUBACK that refuses', [SUBACK, 4, 0, 1, 0x80, 0x80]],
  ['SUBACK with code FF', [SUBACK, 4, 0, 1, 0xff, 0xff]],
  ['SUBACK empty', [SUBACK, 0]],
  ['SUBACK without codes', [SUBACK, 2, 0, 1]],
  ['SUBACK never', []],
]);

/** Packets in a session that stands, by type. */
function sessionRows(topic: string): readonly Row[] {
  const name = latin(topic);
  const one = publish(name);
  const twice = publish(name, [0, 77, 0x78], 4);
  return [
    ['CONNACK a second time', [CONNACK, 2, 0, 0]],
    ['PUBLISH with quality 3', publish(name, [0, 1, 0x78], 6)],
    ['PUBLISH with topic length FFFF', [PUBLISH, 2, 0xff, 0xff]],
    ['PUBLISH with a topic past its end', [PUBLISH, 5, 0, 9, 0x61, 0x62, 0x63]],
    ['PUBLISH with an empty topic', publish(latin(''))],
    ['PUBLISH with a wildcard topic', publish(latin('a/#'))],
    ['PUBLISH with a level wildcard topic', publish(latin('a/+/b'))],
    ['PUBLISH with NUL in the topic', publish(latin('a\0b'))],
    ['PUBLISH with a topic in bad UTF-8', publish(latin('a\xc3\x28'))],
    ['PUBLISH with U+FFFF in the topic', publish(latin('a\xef\xbf\xbf'))],
    ['PUBLISH with a topic of 65535 bytes', publish(Buffer.alloc(0xffff, 0x61))],
    ['PUBLISH with packet id 0', publish(name, [0, 0, 0x78], 2)],
    ['PUBLISH with DUP and quality 0', publish(name, [0x78], 8)],
    ['PUBLISH without payload', publish(name, [])],
    ['PUBLISH of 256 MB that never comes', [PUBLISH, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61]],
    ['PUBLISH of a topic nobody subscribed to', publish(latin('assay/stranger'))],
    ['PUBLISH twice in one segment', Buffer.concat([one, one])],
    [
      'PUBLISH retained, a flood of 1000',
      Buffer.concat(Array.from({ length: 1000 }, () => publish(name, [0x78], 1))),
    ],
    ['PUBLISH with quality 2, the same id twice', Buffer.concat([twice, twice])],
    ['PUBACK of an unknown id', [PUBACK, 2, 0x12, 0x34]],
    ['PUBACK of three bytes', [PUBACK, 3, 0x12, 0x34, 0]],
    ['PUBREC of an unknown id', [PUBREC, 2, 0x12, 0x34]],
    ['PUBREL of an unknown id', [PUBREL, 2, 0x12, 0x34]],
    ['PUBREL with flags 0', [0x60, 2, 0x12, 0x34]],
    ['PUBCOMP of an unknown id', [PUBCOMP, 2, 0x12, 0x34]],
    ['SUBACK a second time', [SUBACK, 3, 0, 1, 0]],
    ['UNSUBACK that nobody asked for', [UNSUBACK, 2, 0, 9]],
    ['PINGRESP that nobody asked for', [PINGRESP, 0]],
    ['PINGRESP of one byte', [PINGRESP, 1, 0]],
    ['type 0', [0x00, 0]],
    ['type 15', [0xf0, 0]],
    [
      'CONNECT from the broker',
      encodeMqtt({ type: 'connect', clientId: 'rogue', cleanSession: true, keepAlive: 0 }),
    ],
    ['SUBSCRIBE from the broker', packet(0x82, 0, 1, 0, 1, 0x61, 0)],
    ['UNSUBSCRIBE from the broker', packet(0xa2, 0, 1, 0, 1, 0x61)],
    ['PINGREQ from the broker', [0xc0, 0]],
    ['DISCONNECT from the broker', [0xe0, 0]],
    ['a length of five bytes', [PUBLISH, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a length that is not minimal', [PINGRESP, 0x80, 0x00]],
  ];
}

/** What a broker of MQTT 3.1.1 may do wrong, by packet type and name; `topic` is one the client subscribed to. */
export function mqttBrokerCases(topic: string): readonly BrokerCase[] {
  return [...CONNECT_STAGE, ...SUBSCRIBE_STAGE, ...rows('nothing', sessionRows(topic))];
}

const HALF: readonly (readonly [what: string, instead: BrokerPlace, half: readonly number[]])[] = [
  ['CONNACK', 'connack', [CONNACK, 2, 0]],
  ['SUBACK', 'suback', [SUBACK, 4, 0]],
];

/** Connections that end where an answer is owed. */
const ENDINGS: readonly FuzzCase[] = HALF.flatMap(([what, instead, half]) =>
  (['close', 'reset'] as const).flatMap((end) => {
    const ended = end === 'close' ? 'the end' : 'a reset';
    const bytes = Uint8Array.from(half);
    return [
      {
        name: `${ended} in the place of ${what}`,
        bytes: encodeBrokerScript({ instead, bytes: NOTHING, end }),
      },
      { name: `${ended} inside ${what}`, bytes: encodeBrokerScript({ instead, bytes, end }) },
    ];
  }),
);

/** Sessions that a rogue broker begins wrongly, each as a script of what it says instead of what it owes. */
export function mqttBeginnings(): readonly FuzzCase[] {
  const answers = [...CONNECT_STAGE, ...SUBSCRIBE_STAGE].flatMap(({ name, bytes, instead }) =>
    instead === 'nothing' ? [] : [{ name, bytes: encodeBrokerScript({ instead, bytes }) }],
  );
  return [...answers, ...ENDINGS];
}
