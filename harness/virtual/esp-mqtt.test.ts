import assert from 'node:assert/strict';
import { PeerError } from '#core/errors.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { MqttStream } from '#codecs/mqtt.ts';
import { AppFault } from '#virtual/app-fault.ts';
import { EspMqtt } from '#virtual/esp-mqtt.ts';
import { scriptedRuntime, type ScriptedPeer } from '#virtual/scripted-network.fixture.ts';

const OK: MqttPacket = { type: 'connack', sessionPresent: false, returnCode: 0 };
const GRANTED: MqttPacket = { type: 'suback', packetId: 1, codes: [1, 1] };
const message = { topic: 'd/cmd', payload: Buffer.from('x'), retain: false, dup: false } as const;
const command: MqttPacket = { type: 'publish', ...message, qos: 1, packetId: 9 };

function client(...flaws: string[]) {
  const script = scriptedRuntime(...flaws);
  const seen: string[] = [];
  const mqtt = new EspMqtt({
    runtime: script.runtime,
    host: 'broker',
    port: 1883,
    clientId: 'd',
    topics: ['d/cmd', 'd/ota'],
    onMessage: (topic) => seen.push(topic),
    onReady: () => seen.push('ready'),
  });
  mqtt.start();
  return { ...script, mqtt, seen };
}

function send(peer: ScriptedPeer, ...packets: MqttPacket[]): void {
  for (const packet of packets) peer.send(encodeMqtt(packet));
}

function sentTypes(peer: ScriptedPeer): string[] {
  const packets = [...new MqttStream(4096).push(peer.take())];
  return packets.map((packet) => (packet instanceof PeerError ? packet.code : packet.type));
}

/** Answers connection and subscription. */
function accept(peer: ScriptedPeer): void {
  peer.events.opened();
  send(peer, OK, GRANTED);
}

describe('MQTT client of the virtual ESP32', () => {
  it('connects, subscribes, and acknowledges before it acts', () => {
    const { network, seen } = client();
    assert.equal(network.last.to, 'broker:1883');
    network.last.events.opened();
    assert.deepEqual(sentTypes(network.last), ['connect']);
    send(network.last, OK);
    assert.deepEqual(sentTypes(network.last), ['subscribe']);
    send(network.last, GRANTED, command);
    assert.deepEqual(sentTypes(network.last), ['puback']);
    assert.deepEqual(seen, ['ready', 'd/cmd']);
  });

  it('tries again in growing pauses when nobody answers, and starts over after a success', async () => {
    const { network, clock } = client();
    const times: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      times.push(clock.now());
      network.last.events.closed(null);
      const { length } = network.peers;
      while (network.peers.length === length) await clock.sleep(10);
    }
    const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    assert.deepEqual(
      pauses.map((pause) => Math.round(pause / 250) * 250),
      [250, 500, 1000, 2000, 4000, 8000, 8000],
    );
    accept(network.last);
    network.last.events.closed(null);
    const { length } = network.peers;
    await clock.sleep(260);
    assert.equal(network.peers.length, length + 1);
  });

  it('gives up on a broker that goes silent at any point', async () => {
    const silences: ((peer: ScriptedPeer) => void)[] = [
      () => undefined,
      (peer) => peer.events.opened(),
      (peer) => (peer.events.opened(), send(peer, OK)),
    ];
    for (const silence of silences) {
      const { network, clock } = client();
      silence(network.last);
      await clock.sleep(5001);
      assert.equal(network.peers[0]?.ended, 'closed');
      await clock.sleep(300);
      assert.equal(network.peers.length, 2);
    }
  });

  it('keeps alive, and gives up when a ping is not answered', async () => {
    const { network, clock } = client();
    accept(network.last);
    network.last.take();
    await clock.sleep(15_001);
    assert.deepEqual(sentTypes(network.last), ['pingreq']);
    send(network.last, { type: 'pingresp' });
    await clock.sleep(15_001);
    assert.deepEqual(sentTypes(network.last), ['pingreq']);
    assert.equal(network.last.ended, null);
    await clock.sleep(5000);
    assert.equal(network.peers[0]?.ended, 'closed');
  });

  it('does not wait for ever for the rest of a packet', async () => {
    const { network, clock } = client();
    accept(network.last);
    network.last.send(Buffer.from('3010', 'hex'));
    await clock.sleep(1000);
    assert.equal(network.last.ended, null);
    await clock.sleep(1001);
    assert.equal(network.peers[0]?.ended, 'closed');
  });

  it('closes over what the standard forbids a broker to send, and acts on none of it', () => {
    const wrong: MqttPacket[] = [
      OK,
      { type: 'connack', sessionPresent: false, returnCode: 5 },
      { type: 'connect', clientId: 'x', cleanSession: true, keepAlive: 0 },
      { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] },
      { type: 'pingreq' },
      { type: 'disconnect' },
      { type: 'pubrel', packetId: 3 },
      { type: 'publish', ...message, qos: 2, packetId: 3 },
    ];
    for (const packet of wrong) {
      const { network, seen } = client();
      accept(network.last);
      send(network.last, packet, command);
      assert.equal(network.last.ended, 'closed', packet.type);
      assert.deepEqual(seen, ['ready']);
    }
    const { network } = client();
    network.last.events.opened();
    send(network.last, OK, { type: 'suback', packetId: 1, codes: [1, 128] });
    assert.equal(network.last.ended, 'closed');
  });

  it('shrugs at acknowledgements it does not expect, foreign topics and kept messages', () => {
    const { network, seen } = client();
    accept(network.last);
    send(
      network.last,
      { type: 'puback', packetId: 77 },
      { type: 'pingresp' },
      GRANTED,
      { type: 'publish', ...message, topic: 'other', qos: 0, packetId: null },
      { type: 'publish', ...message, retain: true, qos: 0, packetId: null },
    );
    assert.equal(network.last.ended, null);
    assert.deepEqual(seen, ['ready']);
  });

  it('keeps what it has to say until a broker has taken it, but not without bound', async () => {
    const { network, clock, mqtt } = client();
    for (let i = 0; i < 12; i++) {
      mqtt.publish({ topic: 'd/status', payload: Buffer.from([i]), qos: 1, retain: false });
    }
    accept(network.last);
    const first = [...new MqttStream(4096).push(network.last.take())].slice(2);
    assert.deepEqual(
      first.map((packet) => ('payload' in packet ? packet.payload[0] : null)),
      [4, 5, 6, 7, 8, 9, 10, 11],
    );
    for (const packet of first.slice(0, 7)) {
      if ('packetId' in packet && packet.packetId !== null) {
        send(network.last, { type: 'puback', packetId: packet.packetId });
      }
    }
    network.last.events.closed(null);
    await clock.sleep(300);
    accept(network.last);
    assert.deepEqual(sentTypes(network.last), ['connect', 'subscribe', 'publish']);
  });

  it('says so and closes over a malformed packet, and dies of it with the flaw', () => {
    const sound = client();
    accept(sound.network.last);
    sound.network.last.send(Buffer.from('3002ffff', 'hex'));
    assert.equal(sound.network.last.ended, 'closed');
    assert.match(sound.printed.join(), /mqtt_client: MQTT: topic name ends behind the packet/);
    const flawed = client('mqtt/topic-length-trusted');
    accept(flawed.network.last);
    assert.throws(() => flawed.network.last.send(Buffer.from('3002ffff', 'hex')), AppFault);
  });

  it('counts the codes of a SUBACK, but for the flaw', () => {
    const many: MqttPacket = { type: 'suback', packetId: 1, codes: [1, 1, 1] };
    const sound = client();
    sound.network.last.events.opened();
    send(sound.network.last, OK, many);
    assert.equal(sound.network.last.ended, 'closed');
    const flawed = client('mqtt/suback-codes-trusted');
    flawed.network.last.events.opened();
    assert.throws(() => send(flawed.network.last, OK, many), AppFault);
  });

  it('waits for a CONNACK for ever with the flaw, and for nothing else', async () => {
    const { network, clock } = client('mqtt/connack-no-timeout');
    network.last.events.opened();
    await clock.sleep(60_000);
    assert.equal(network.last.ended, null);
    send(network.last, OK);
    assert.deepEqual(sentTypes(network.last), ['connect', 'subscribe']);
    const other = client('mqtt/connack-no-timeout');
    await other.clock.sleep(5001);
    assert.equal(other.network.peers[0]?.ended, 'closed');
  });
});
