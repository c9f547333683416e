import { PeerError } from '#core/errors.ts';
import { decodeCborMap, encodeCborMap } from '#codecs/cbor.ts';
import { encodeMessage, parseDeviceCommand, parseDeviceReply } from '#codecs/device-command.ts';
import { encodeStatus, parseDeviceStatus, parseUpdateProgress } from '#codecs/device-status.ts';
import { parseJsonTree } from '#codecs/flat-json.ts';
import { HttpResponse } from '#codecs/http.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { MqttStream } from '#codecs/mqtt.ts';
import { encodeOtaNotice, parseOtaNotice } from '#codecs/ota-notice.ts';
import { decodePayload, encodePayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { decodeSmp, decodeSmpHeader, encodeSmp } from '#codecs/smp.ts';
import { encodeSmpSerial, SmpSerialDecoder } from '#codecs/smp-serial.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const text = (value: string) => Uint8Array.from(Buffer.from(value, 'utf8'));

const SMP = encodeSmp({ op: 2, version: 1, group: 1, sequence: 7, command: 1 }, [
  ['off', 0],
  ['len', 4096],
  ['sha', new Uint8Array(32)],
  ['data', Uint8Array.of(1, 2, 3)],
]);

const NOTICE = encodeOtaNotice({
  url: 'http://127.0.0.1:8070/app.bin',
  size: 65_536,
  version: '1.3.0',
  project: 'assay',
  sha256: 'ab'.repeat(32),
});

const HTTP = [
  'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nbody\r\n0\r\nA: b\r\n\r\n',
];

const STATUS = {
  version: '1.2.0',
  project: 'assay',
  elf_sha256: 'cd'.repeat(32),
  slot: 'ota_0',
  state: 'valid',
  boots: 3,
  nonce: 'n1',
} as const;

const MQTT: readonly MqttPacket[] = [
  { type: 'connect', clientId: 'board', cleanSession: true, keepAlive: 30, username: 'u' },
  { type: 'publish', topic: 'a/b', payload: text('x'), qos: 1, retain: false, dup: false, packetId: 7 },
  { type: 'subscribe', packetId: 8, subscriptions: [{ filter: 'a/+', qos: 1 }] },
  { type: 'suback', packetId: 8, codes: [1, 0x80] },
  { type: 'pingreq' },
];

/** A parser that gives a message or an error, and what writes the message again: other bytes may mean the same. */
function message<T extends object>(
  name: string,
  seeds: readonly Uint8Array[],
  read: (bytes: Uint8Array) => T | PeerError,
  write: (message: T) => Uint8Array,
): CodecTarget {
  return {
    name,
    seeds: () => seeds,
    run: (bytes) => {
      const parsed = read(bytes);
      if (parsed instanceof PeerError) return [];
      const written = write(parsed);
      const again = read(written);
      return [[written, again instanceof PeerError ? new Uint8Array() : write(again)]];
    },
  };
}

function packetsOf(bytes: Uint8Array): readonly MqttPacket[] {
  return [...new MqttStream(4096).push(bytes)].filter(
    (packet): packet is MqttPacket => !(packet instanceof PeerError),
  );
}

function writtenAgain(packet: MqttPacket): Uint8Array {
  const [again] = packetsOf(encodeMqtt(packet));
  return again === undefined ? new Uint8Array() : encodeMqtt(again);
}

/** Parsers of what boards and brokers say. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'smp',
    seeds: () => [SMP],
    run: (bytes) => {
      decodeSmpHeader(bytes);
      decodeSmp(bytes);
      return [];
    },
  },
  {
    name: 'smp-serial',
    seeds: () => [encodeSmpSerial(SMP), text('uart:~$ boot\r\n')],
    run: (bytes) => {
      new SmpSerialDecoder().push(bytes);
      return [];
    },
  },
  {
    name: 'cbor',
    seeds: () => [
      encodeCborMap([
        ['rc', 0],
        ['images', [new Map([['slot', 0]])]],
      ]),
    ],
    run: (bytes) => {
      decodeCborMap(bytes);
      return [];
    },
  },
  {
    name: 'mqtt',
    seeds: () => MQTT.map(encodeMqtt),
    run: (bytes) => packetsOf(bytes).map((packet) => [encodeMqtt(packet), writtenAgain(packet)]),
  },
  {
    name: 'http',
    seeds: () => HTTP.map(text),
    run: (bytes) => {
      const response = new HttpResponse({ line: 512, headers: 16, body: 4096, interim: 2 });
      response.push(bytes);
      response.close();
      return [];
    },
  },
  message('ota-notice', [NOTICE], parseOtaNotice, encodeOtaNotice),
  message(
    'device-command',
    [
      encodeMessage({ command: 'confirm', nonce: 'n1' }),
      encodeMessage({ command: 'fetch', nonce: 'n2', url: 'http://127.0.0.1/a' }),
    ],
    parseDeviceCommand,
    encodeMessage,
  ),
  message(
    'device-reply',
    [encodeMessage({ nonce: 'n1', result: 'refused', reason: 'no' })],
    parseDeviceReply,
    encodeMessage,
  ),
  message('device-status', [encodeStatus(STATUS)], parseDeviceStatus, encodeStatus),
  message(
    'update-progress',
    [encodeStatus({ state: 'downloading', sha256: 'ab'.repeat(32), received: 4096 })],
    parseUpdateProgress,
    encodeStatus,
  ),
  {
    name: 'json-tree',
    seeds: () => [text('{"a":{"b":{"c":"x\\n"}},"d":-1.5e3,"e":null}')],
    run: (bytes) => {
      parseJsonTree(bytes, 1024, 8);
      return [];
    },
  },
  {
    name: 'payload',
    seeds: () => [encodePayload({ behaviour: 'healthy', buildId: '0123456789abcdef', product: 'assay' })],
    run: (bytes) => {
      const payload = decodePayload(bytes);
      return payload === null ? [] : [[bytes.subarray(0, PAYLOAD_LENGTH), encodePayload(payload)]];
    },
  },
];
