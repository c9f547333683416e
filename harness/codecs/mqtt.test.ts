import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PeerError, UsageError } from '#core/errors.ts';
import { anyPacket } from '#codecs/mqtt-arbitrary.fixture.ts';
import { encodeMqtt, remainingLength } from '#codecs/mqtt-encode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { MqttFramer, MqttStream } from '#codecs/mqtt.ts';

const LIMIT = 70_000;

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

function decodeAll(bytes: Uint8Array, limit = LIMIT): (MqttPacket | PeerError)[] {
  return [...new MqttStream(limit).push(bytes)];
}

function codeOf(bytes: Uint8Array, limit = LIMIT): string {
  const last = decodeAll(bytes, limit).at(-1);
  return last instanceof PeerError ? last.code : 'none';
}

describe('MQTT 3.1.1 packets', () => {
  it('writes the example values of the standard', () => {
    const lengths: [number, string][] = [
      [0, '00'],
      [127, '7f'],
      [128, '8001'],
      [16_383, 'ff7f'],
      [16_384, '808001'],
      [2_097_151, 'ffff7f'],
      [2_097_152, '80808001'],
      [268_435_455, 'ffffff7f'],
    ];
    for (const [length, expected] of lengths) {
      assert.equal(Buffer.from(remainingLength(length)).toString('hex'), expected);
    }
    const published = encodeMqtt({
      type: 'publish',
      topic: 'a/b',
      payload: new Uint8Array(),
      qos: 1,
      retain: false,
      dup: false,
      packetId: 10,
    });
    assert.deepEqual(Buffer.from(published), hex('32 07 0003 612f62 000a'));
    const subscribed = encodeMqtt({
      type: 'subscribe',
      packetId: 10,
      subscriptions: [
        { filter: 'a/b', qos: 1 },
        { filter: 'c/d', qos: 2 },
      ],
    });
    assert.deepEqual(Buffer.from(subscribed), hex('82 0e 000a 0003 612f62 01 0003 632f64 02'));
    assert.deepEqual(decodeAll(hex('90 05 000a 00 02 80')), [
      { type: 'suback', packetId: 10, codes: [0, 2, 128] },
    ]);
  });

  it('reads back what was written, in any chunking', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (packets, step) => {
        const stream = new MqttStream(LIMIT);
        const wire = Buffer.concat(packets.map(encodeMqtt));
        const seen: unknown[] = [];
        for (let at = 0; at < wire.length; at += step)
          seen.push(...stream.push(wire.subarray(at, at + step)));
        assert.deepEqual(seen, packets);
        assert.equal(stream.midPacket, false);
      }),
    );
  });

  it('refuses what the standard forbids', () => {
    const cases: [string, string][] = [
      ['00 00', 'mqtt-reserved-type'],
      ['f0 00', 'mqtt-reserved-type'],
      ['d0 ff ff ff ff 01', 'mqtt-remaining-length'],
      ['36 05 0001 61 0001', 'mqtt-qos'],
      ['38 03 0001 61', 'mqtt-flags'],
      ['30 02 ffff', 'mqtt-string-length'],
      ['30 05 0005 616263', 'mqtt-string-length'],
      ['30 02 0000', 'mqtt-topic'],
      ['30 03 0001 2b', 'mqtt-topic'],
      ['30 03 0001 00', 'mqtt-utf8'],
      ['30 04 0002 c328', 'mqtt-utf8'],
      ['30 05 0003 eda080', 'mqtt-utf8'],
      ['30 01 00', 'mqtt-truncated'],
      ['32 05 0001 61 0000', 'mqtt-packet-id'],
      ['20 00', 'mqtt-truncated'],
      ['20 03 00 00 00', 'mqtt-trailing'],
      ['20 02 02 00', 'mqtt-flags'],
      ['20 02 01 01', 'mqtt-flags'],
      ['20 02 00 06', 'mqtt-return-code'],
      ['60 02 0001', 'mqtt-flags'],
      ['90 03 0001 03', 'mqtt-return-code'],
      ['90 02 0001', 'mqtt-truncated'],
      ['82 02 0001', 'mqtt-truncated'],
      ['82 06 0001 0001 61 03', 'mqtt-qos'],
      ['82 07 0001 0002 2361 00', 'mqtt-topic'],
      ['d0 01 00', 'mqtt-trailing'],
      ['10 0c 0004 4d515454 05 02 0000 0000', 'mqtt-protocol'],
      ['10 0c 0004 4d515454 04 03 0000 0000', 'mqtt-flags'],
      ['10 0c 0004 4d515454 04 42 0000 0000', 'mqtt-flags'],
      ['10 0c 0004 4d515454 04 22 0000 0000', 'mqtt-flags'],
    ];
    for (const [wire, code] of cases) assert.equal(codeOf(hex(wire)), code, wire);
  });

  it('takes a Remaining Length that is not minimal, as brokers and clients do', () => {
    assert.deepEqual(decodeAll(hex('d0 80 00')), [{ type: 'pingresp' }]);
  });

  it('never allocates what a peer merely announces, and stays dead after an error', () => {
    assert.equal(codeOf(hex('30 ff ff ff 7f'), 1024), 'mqtt-too-large');
    const stream = new MqttStream(1024);
    assert.equal([...stream.push(hex('30 ff ff ff 7f d0 00'))].length, 1);
    assert.deepEqual([...stream.push(hex('d0 00'))], []);
    assert.equal(stream.midPacket, false);
  });

  it('knows when it is inside a packet', () => {
    const framer = new MqttFramer(100);
    const seen = hex('30 03 0001 61')
      .subarray(0, 4)
      .reduce(
        (inside, byte) => inside && framer.push(Uint8Array.of(byte)).length === 0 && framer.midPacket,
        true,
      );
    assert.equal(seen, true);
    assert.equal(framer.push(hex('61')).length, 1);
    assert.equal(framer.midPacket, false);
  });

  it('gives packets or one PeerError for any bytes at all', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(anyPacket.map(encodeMqtt), fc.nat(), fc.nat(255)).map(([wire, at, byte]) => {
        const copy = Buffer.from(wire);
        copy[at % copy.length] = byte;
        return copy;
      }),
    );
    fc.assert(
      fc.property(hostile, (wire) => {
        const seen = decodeAll(wire, 4096);
        const errors = seen.filter((item) => item instanceof PeerError);
        assert.ok(errors.length === 0 || (errors.length === 1 && seen.at(-1) === errors[0]));
        for (const item of seen) if (!(item instanceof PeerError)) encodeMqtt(item);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not write what it would not read', () => {
    const good = { type: 'publish', topic: 'a', payload: new Uint8Array(), retain: false } as const;
    const bad: MqttPacket[] = [
      { ...good, topic: 'a/#', qos: 0, dup: false, packetId: null },
      { ...good, qos: 0, dup: true, packetId: null },
      { ...good, qos: 1, dup: false, packetId: null },
      { ...good, qos: 1, dup: false, packetId: 0 },
      { ...good, topic: '\ud800', qos: 0, dup: false, packetId: null },
      { ...good, topic: 'x'.repeat(65_536), qos: 0, dup: false, packetId: null },
      { type: 'subscribe', packetId: 1, subscriptions: [] },
      { type: 'connect', clientId: '', cleanSession: true, keepAlive: 1, password: new Uint8Array() },
    ];
    for (const packet of bad) assert.throws(() => encodeMqtt(packet), UsageError, JSON.stringify(packet));
  });
});
