import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { InputProtocol } from '#core/board.ts';
import type { CaseShape } from '#core/case-shape.ts';
import { encodeBleCase, parseBleCase } from '#codecs/ble/case-text.ts';
import { encodeScript, parseScript } from '#codecs/server-script.ts';
import { encodeSmpSerial, SmpSerialDecoder } from '#codecs/smp-serial.ts';
import { shapesOf } from '#fuzz/case-shapes.ts';
import { endlessCase } from '#fuzz/endless-cases.ts';
import { ECHO, smpRequest } from '#fuzz/smp-messages.ts';
import { smpTruncated } from '#fuzz/smp-cases.ts';

const PROTOCOLS: readonly InputProtocol[] = ['smp', 'mqtt', 'http', 'https', 'coap', 'mdns', 'ble'];

const echo = encodeSmpSerial(smpRequest(ECHO, [['d', 'hello']]));
const script = encodeScript({ tls: null, answers: ['HTTP/1.1 200 OK\r\n\r\n', 'second'], end: 'close' });
const le = encodeBleCase({
  ownLink: true,
  steps: [
    { do: 'frame', cid: 4, bytes: Uint8Array.of(0x0a, 3, 0) },
    { do: 'settle' },
    { do: 'frame', cid: 4, bytes: Uint8Array.of(0x12, 3, 0, 1) },
  ],
});

function shape(protocol: InputProtocol, name: string): CaseShape {
  const found = shapesOf(protocol).find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

describe('ways to take a case apart', () => {
  it('never throw, and give the whole where nothing is left out of what keeps its bytes', () => {
    const keeping = new Set(['bytes', 'lines', 'packets']);
    const property = fc.property(
      fc.constantFrom(...PROTOCOLS),
      fc.uint8Array({ maxLength: 300 }),
      (protocol, bytes) => {
        for (const one of shapesOf(protocol)) {
          const taken = one.take(bytes);
          if (taken === null) continue;
          const whole = taken.join(Array.from({ length: taken.parts }, (_, part) => part));
          if (keeping.has(one.name)) assert.equal(hex(whole), hex(bytes), one.name);
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('make frames and lengths of SMP true around what is left', () => {
    const taken = shape('smp', 'bytes of the payload, lengths made true').take(echo);
    const [item] = new SmpSerialDecoder().push(taken?.join([0, 1]) ?? new Uint8Array());
    assert.ok(item?.kind === 'packet');
    assert.equal(item.packet.length, 10);
    assert.equal(item.packet[3], 2);
    assert.equal(shape('smp', 'bytes of the payload, lengths made true').take(echo.subarray(1)), null);
  });

  it('split MQTT by packets, and make the length of one true or leave it lying', () => {
    const two = Uint8Array.of(0xc0, 0, 0x30, 4, 0, 1, 0x61, 0x62);
    const packets = shape('mqtt', 'packets').take(two);
    assert.equal(packets?.parts, 2);
    assert.equal(hex(packets?.join([1])), '300400016162');
    const body = shape('mqtt', 'bytes of the packet, its length made true').take(two.subarray(2));
    assert.equal(hex(body?.join([0, 1])), '30020001');
    assert.equal(shape('mqtt', 'packets').take(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 1))?.parts, 1);
    assert.equal(
      shape('mqtt', 'bytes of the packet, its length made true').take(Uint8Array.of(0x30, 9, 1)),
      null,
    );
  });

  it('leave answers and their bytes out of a server that is told what to do', () => {
    const fewer = shape('https', 'answers of the server').take(script)?.join([1]);
    assert.deepEqual(parseScript(fewer ?? new Uint8Array())?.answers, ['second']);
    const shorter = shape('https', 'bytes of the last answer').take(script)?.join([0, 5]);
    assert.equal(parseScript(shorter ?? new Uint8Array())?.answers[1], 'sd');
  });

  it('leave steps and bytes of frames out of a case over LE', () => {
    const fewer = shape('ble', 'steps over the link').take(le)?.join([2]);
    assert.deepEqual(parseBleCase(fewer ?? new Uint8Array())?.steps.length, 1);
    const taken = shape('ble', 'bytes of the frames').take(le);
    assert.equal(taken?.parts, 7);
    const left = parseBleCase(taken?.join([0, 3, 4]) ?? new Uint8Array());
    assert.deepEqual(
      left?.steps.map((step) => (step.do === 'frame' ? hex(step.bytes) : step.do)),
      ['0a', 'settle', '1203'],
    );
  });
});

describe('an endless row of cases', () => {
  const first = { name: 'echo', bytes: echo };
  const sets = [first, ...smpTruncated().slice(0, 20)] as const;

  it('begins with the sets, and is the same for the same seed, number and corpus', () => {
    const source = { protocol: 'smp', seed: 7, sets } as const;
    assert.equal(endlessCase(source, 3, []), sets[3]);
    const row = (seed: number) =>
      Array.from({ length: 60 }, (_, index) =>
        hex(endlessCase({ ...source, seed }, 100 + index, [first]).bytes),
      );
    assert.deepEqual(row(7), row(7));
    assert.notDeepEqual(row(7), row(8));
    assert.ok(new Set(row(7)).size > 40, 'mutations differ');
  });

  it('mutates LE cases and server scripts so that they stay what they are, mostly', () => {
    const ble = { protocol: 'ble', seed: 1, sets: [{ name: 'two', bytes: le }] } as const;
    const https = { protocol: 'https', seed: 1, sets: [{ name: 'two', bytes: script }] } as const;
    for (let index = 1; index < 100; index++) {
      assert.notEqual(parseBleCase(endlessCase(ble, index, []).bytes), null);
      assert.notEqual(parseScript(endlessCase(https, index, []).bytes), null);
    }
  });

  it('no longer says of a mutation that it must be refused', () => {
    const given = { ...first, mustRefuse: 'took it' };
    const mutated = endlessCase({ protocol: 'coap', seed: 1, sets: [given] }, 5, []);
    assert.equal(mutated.mustRefuse, undefined);
  });
});
