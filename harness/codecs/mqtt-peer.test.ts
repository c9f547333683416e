import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { anyPacket } from '#codecs/mqtt-arbitrary.fixture.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { MqttStream } from '#codecs/mqtt.ts';

const LIMIT = 70_000;

describe('MQTT codec beside mqtt-packet', () => {
  /** The other codec's words for the same packet. */
  function theirs(packet: MqttPacket): Packet {
    const translated: Record<string, unknown> = { ...packet, cmd: packet.type };
    if (packet.type === 'connect') {
      const { will, keepAlive, cleanSession } = packet;
      Object.assign(translated, {
        protocolId: 'MQTT',
        protocolVersion: 4,
        keepalive: keepAlive,
        clean: cleanSession,
      });
      if (will) translated['will'] = { ...will, payload: Buffer.from(will.payload) };
      if (packet.password) translated['password'] = Buffer.from(packet.password);
    }
    if ('packetId' in packet) translated['messageId'] = packet.packetId ?? undefined;
    if (packet.type === 'publish') translated['payload'] = Buffer.from(packet.payload);
    if (packet.type === 'subscribe') {
      translated['subscriptions'] = packet.subscriptions.map(({ filter: name, qos: asked }) => ({
        topic: name,
        qos: asked,
      }));
    }
    if (packet.type === 'unsubscribe') translated['unsubscriptions'] = packet.filters;
    if (packet.type === 'suback') translated['granted'] = packet.codes;
    return translated as unknown as Packet;
  }

  // mqtt-packet refuses to write an empty client id in a kept session and an empty user name, and so does no harm here.
  const common = anyPacket.filter(
    (packet) =>
      packet.type !== 'connect' ||
      (packet.clientId !== '' && packet.username !== '' && packet.password?.length !== 0),
  );

  it('writes the same bytes', () => {
    fc.assert(
      fc.property(common, (packet) => {
        assert.deepEqual(Buffer.from(encodeMqtt(packet)), mqttPacket.generate(theirs(packet)));
      }),
      { numRuns: 500 },
    );
  });

  it('reads what it wrote, and is read by it', () => {
    fc.assert(
      fc.property(common, (packet) => {
        assert.deepEqual([...new MqttStream(LIMIT).push(mqttPacket.generate(theirs(packet)))], [packet]);
        const parser = mqttPacket.parser({ protocolVersion: 4 });
        const seen: string[] = [];
        parser.on('packet', ({ cmd }) => seen.push(cmd));
        parser.on('error', (error) => seen.push(error.message));
        parser.parse(Buffer.from(encodeMqtt(packet)));
        assert.deepEqual(seen, [packet.type]);
      }),
      { numRuns: 500 },
    );
  });
});
