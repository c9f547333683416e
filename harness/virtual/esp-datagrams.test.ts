import assert from 'node:assert/strict';
import { COAP_OPTION, COAP_TYPE, decodeCoap, encodeCoap } from '#codecs/coap.ts';
import { decodeDns } from '#codecs/dns.ts';
import { dnsText } from '#codecs/dns-name.ts';
import { AppFault } from '#virtual/app-fault.ts';
import { DatagramHub } from '#virtual/datagram-hub.ts';
import { EspCoap } from '#virtual/esp-coap.ts';
import { EspMdns } from '#virtual/esp-mdns.ts';
import { scriptedRuntime } from '#virtual/scripted-network.fixture.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const get = (path: string, code = 1) =>
  encodeCoap({
    type: COAP_TYPE.confirmable,
    code,
    id: 7,
    token: hex('aabb'),
    options: [{ number: COAP_OPTION.uriPath, value: Uint8Array.from(Buffer.from(path)) }],
    payload: new Uint8Array(),
  });
const QUESTION = '0000 0000 0001 0000 0000 0000 05626f617264 056c6f63616c 00 0001 0001';
const LOOP = '0000 0000 0001 0000 0000 0000 c00c 0001 0001';

describe('CoAP server of the virtual ESP32', () => {
  const coap = (...flaws: string[]) => new EspCoap(scriptedRuntime(...flaws).runtime, '{}');
  const codeOf = (bytes: Uint8Array) => {
    const answer = coap().take(bytes);
    const message = answer === null ? null : decodeCoap(answer);
    return message === null || message instanceof Error ? null : message.code;
  };

  it('answers what it knows, and says what it does not', () => {
    assert.equal(codeOf(get('status')), 0x45);
    assert.equal(codeOf(get('other')), 0x84);
    assert.equal(codeOf(get('status', 3)), 0x85);
    assert.deepEqual(coap().take(hex('40000001')), hex('70000001'));
    assert.equal(codeOf(hex('60450001')), null);
  });

  it('drops what it cannot read, and dies of it with its flaws', () => {
    for (const [flaw, bytes] of [
      ['coap/option-delta-trusted', '40010000 f0'],
      ['coap/token-length-trusted', '49010000 010203040506070809'],
    ] as const) {
      assert.equal(coap().take(hex(bytes)), null);
      assert.throws(() => coap(flaw).take(hex(bytes)), AppFault);
    }
  });
});

describe('mDNS responder of the virtual ESP32', () => {
  it('answers for its own name alone', () => {
    const mdns = (name: string) => new EspMdns(scriptedRuntime().runtime, name).take(hex(QUESTION));
    const answer = decodeDns(mdns('board.local') ?? new Uint8Array());
    assert.ok(!(answer instanceof Error));
    assert.deepEqual(
      answer.answers.map(({ name }) => dnsText(name)),
      ['board.local'],
    );
    assert.equal(mdns('other.local'), null);
  });

  it('is silent about a pointer to itself, and with the flaw ends in its watchdog', async () => {
    const sound = scriptedRuntime();
    const mdns = new EspMdns(sound.runtime, 'board.local');
    assert.equal(mdns.take(hex(LOOP)), null);
    assert.ok(mdns.take(hex(QUESTION)) !== null);

    const planned: (() => void)[] = [];
    const { runtime } = scriptedRuntime('dns/compression-loop');
    const flawed = new EspMdns({ ...runtime, after: (_, step) => void planned.push(step) }, 'board.local');
    assert.equal(flawed.take(hex(LOOP)), null);
    assert.equal(flawed.take(hex(QUESTION)), null);
    assert.throws(() => planned[0]?.(), AppFault);
  });
});

describe('datagrams of a virtual board', () => {
  it('reach who serves, and nobody after a reset', async () => {
    const { runtime, clock } = scriptedRuntime();
    const hub = new DatagramHub(runtime.clock);
    const heard: string[] = [];
    const stop = hub.onDatagram('coap', (bytes) => heard.push(Buffer.from(bytes).toString()));
    hub.serve('coap', (bytes) => hub.answer('coap', bytes));
    const say = async (text: string) => {
      hub.send('coap', Uint8Array.from(Buffer.from(text)));
      await clock.sleep(10);
    };
    await say('one');
    hub.silence();
    await say('two');
    hub.serve('coap', (bytes) => hub.answer('coap', bytes));
    stop();
    await say('three');
    assert.deepEqual(heard, ['one']);
  });
});
