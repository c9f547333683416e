import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import type { MqttPacket } from '#codecs/mqtt-packet.ts';
import { MqttFramer, type MqttFrame } from '#codecs/mqtt.ts';
import { ExchangeHold } from '#drivers/channel/exchange-hold.ts';
import { embeddedBroker } from '#drivers/channel/mqtt-broker.ts';
import { MqttFront } from '#drivers/channel/mqtt-front.ts';
import { MqttLink } from '#drivers/channel/mqtt-link.ts';
import { SocketLedger } from '#drivers/channel/socket-ledger.ts';
import { socketSettle } from '#drivers/channel/socket-settle.ts';
import { Tcp } from '#drivers/channel/tcp.ts';

const CONNECT: MqttPacket = { type: 'connect', clientId: 'dev', cleanSession: true, keepAlive: 1 };
const SUBSCRIBE: MqttPacket = { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'in', qos: 0 }] };

async function bench() {
  const ledger = new SocketLedger();
  const tcp = new Tcp({ ledger });
  const settle = socketSettle(ledger);
  const broker = await embeddedBroker(tcp);
  const front = await MqttFront.open({ tcp, broker: broker.address });
  return { tcp, settle, broker, front };
}

function device(tcp: Tcp, front: MqttFront) {
  const seen = { bytes: Buffer.alloc(0), closed: false };
  const stream = tcp.connect(front.address.host, front.address.port, {
    opened: () => undefined,
    data: (bytes) => (seen.bytes = Buffer.concat([seen.bytes, bytes])),
    closed: () => (seen.closed = true),
  });
  const send = (...packets: MqttPacket[]) => packets.forEach((packet) => stream.write(encodeMqtt(packet)));
  return { seen, stream, send };
}

describe('MQTT front', () => {
  it('passes both directions on, and puts raw bytes between packets', async () => {
    const { tcp, settle, broker, front } = await bench();
    const link = await MqttLink.open(tcp, broker.address, 'rig');
    const { seen, send, stream } = device(tcp, front);
    const heard: string[] = [];
    let readies = 0;
    front.onReady(() => (readies += 1));
    const stop = front.observe({
      sent: (bytes) => heard.push(`${bytes.length}`),
      closed: () => heard.push('closed'),
    });
    await settle();
    assert.equal(front.ready, false);
    send(CONNECT, SUBSCRIBE);
    await settle();
    assert.deepEqual([front.ready, readies, seen.bytes.toString('hex')], [true, 1, '200200009003000100']);
    assert.equal(front.inject(Buffer.from('f00f', 'hex')), true);
    await link.publish('in', Buffer.from('hello'));
    await settle();
    assert.equal(seen.bytes.subarray(9).toString('hex'), 'f00f30090002696e68656c6c6f');
    stream.close();
    await settle();
    stop();
    assert.deepEqual(
      [front.ready, heard.at(-1), front.inject(Buffer.from('00', 'hex'))],
      [false, 'closed', false],
    );
    await link.close();
    await front.close();
    await broker.close();
  });

  it('plays a broker that begins otherwise, once, and says when the device is done with it', async () => {
    const { tcp, settle, broker, front } = await bench();
    const first = device(tcp, front);
    first.send(CONNECT, SUBSCRIBE);
    await settle();
    let ended = 0;
    front.pose({ first: 0x20, bytes: Buffer.from('2003000000', 'hex'), ended: () => (ended += 1) });
    await settle();
    assert.deepEqual([first.seen.closed, front.ready, ended], [true, false, 0]);
    const posed = device(tcp, front);
    posed.send(CONNECT);
    await settle();
    assert.equal(posed.seen.bytes.toString('hex'), '2003000000');
    posed.stream.close();
    await settle();
    assert.equal(ended, 1);
    const last = device(tcp, front);
    last.send(CONNECT, SUBSCRIBE);
    await settle();
    assert.deepEqual([last.seen.bytes.toString('hex'), front.ready], ['200200009003000100', true]);
    last.stream.close();
    await front.close();
    await broker.close();
  });

  it('ends the connection behind what it plays, in good order or by a reset', async () => {
    const { tcp, settle, broker, front } = await bench();
    for (const end of ['close', 'reset'] as const) {
      let ended = false;
      front.pose({ first: 0x20, bytes: Uint8Array.of(0x20), end, ended: () => (ended = true) });
      const { seen, send } = device(tcp, front);
      send(CONNECT);
      await settle();
      assert.deepEqual([seen.closed, ended], [true, true], end);
      if (end === 'close') assert.equal(seen.bytes.toString('hex'), '20');
    }
    await front.close();
    await broker.close();
  });

  it('keeps back an answer that is never to come, and no answer after it was told to stop', async () => {
    const { tcp, settle, broker, front } = await bench();
    front.pose({ first: 0x90, bytes: new Uint8Array(), ended: () => undefined });
    const silent = device(tcp, front);
    silent.send(CONNECT, SUBSCRIBE);
    await settle();
    assert.equal(silent.seen.bytes.toString('hex'), '20020000');
    front.pose({ first: 0x20, bytes: Uint8Array.of(0xf0, 0), ended: () => undefined });
    front.pose(null);
    await settle();
    const sound = device(tcp, front);
    sound.send(CONNECT);
    await settle();
    assert.equal(sound.seen.bytes.toString('hex'), '20020000');
    sound.stream.close();
    await front.close();
    await broker.close();
  });

  it('lets a device go when its broker goes, and hangs up on everybody at the end', async () => {
    const { tcp, settle, broker, front } = await bench();
    const first = device(tcp, front);
    first.send(CONNECT);
    await settle();
    await broker.close();
    await settle();
    assert.equal(first.seen.closed, true);
    const orphan = device(tcp, front);
    await settle();
    assert.equal(orphan.seen.closed, true);
    await front.close();
  });

  it('hangs up when the broker talks nonsense', async () => {
    const tcp = new Tcp();
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.write(Buffer.from('30ffffffff7f', 'hex'));
    });
    const front = await MqttFront.open({ tcp, broker: await tcp.listen(server) });
    const closed = new Promise<void>((resolve) => {
      front.observe({ sent: () => undefined, closed: resolve });
    });
    device(tcp, front);
    await closed;
    await front.close();
    server.close();
  });
});

describe('MQTT link of the bench', () => {
  it('blames the bench for a broker that is not there, or not a broker', async () => {
    const tcp = new Tcp();
    const server = createServer((socket) => socket.resume().end('SSH-2.0-nothing\r\n'));
    const address = await tcp.listen(server);
    const failed = {
      name: 'BenchError',
      code: 'broker-failed',
      message: new RegExp(`${address.port} did not connect`),
    };
    await assert.rejects(MqttLink.open(tcp, address, 'rig'), failed);
    await new Promise((closed) => server.close(closed));
    await assert.rejects(MqttLink.open(tcp, address, 'rig'), failed);
  });

  it('tells kept messages from fresh ones', async () => {
    const { tcp, settle, broker, front } = await bench();
    const { send } = device(tcp, front);
    const message = { topic: 't', payload: Buffer.from('1'), dup: false, packetId: null, qos: 0 } as const;
    send(CONNECT, { type: 'publish', ...message, retain: true });
    await settle();
    const link = await MqttLink.open(tcp, broker.address, 'rig');
    const kept: boolean[] = [];
    const stop = link.onMessage(({ retained }) => kept.push(retained));
    await link.subscribe(['t']);
    await settle();
    send({ type: 'publish', ...message, retain: true });
    await settle();
    stop();
    send({ type: 'publish', ...message, retain: true });
    await settle();
    assert.deepEqual(kept, [true, false]);
    await link.close();
    await assert.rejects(link.publish('t', new Uint8Array()), { code: 'broker-failed' });
    await front.close();
    await broker.close();
  });
});

describe('exchange hold', () => {
  function frame(packet: MqttPacket): MqttFrame {
    const [made] = new MqttFramer(1000).push(encodeMqtt(packet));
    assert.ok(made !== undefined && 'first' in made);
    return made;
  }

  it('holds time while a broker owes an answer, and no longer', () => {
    let held = 0;
    const hold = new ExchangeHold(() => {
      held += 1;
      return () => (held -= 1);
    });
    const publish = {
      type: 'publish',
      topic: 't',
      payload: Buffer.from(''),
      retain: true,
      dup: false,
    } as const;
    hold.asked(frame({ ...publish, qos: 0, packetId: null }));
    assert.equal(held, 0);
    hold.asked(frame(CONNECT));
    hold.asked(frame({ ...publish, qos: 1, packetId: 1 }));
    hold.asked(frame({ ...publish, qos: 1, packetId: 2 }));
    assert.equal(held, 1);
    hold.answered(frame({ type: 'connack', sessionPresent: false, returnCode: 0 }));
    hold.answered(frame({ type: 'puback', packetId: 1 }));
    hold.answered(frame({ type: 'pingresp' }));
    assert.equal(held, 1);
    hold.answered(frame({ type: 'puback', packetId: 2 }));
    assert.equal(held, 0);
    hold.asked(frame({ type: 'pingreq' }));
    hold.end();
    hold.end();
    assert.equal(held, 0);
  });
});
