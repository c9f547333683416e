import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COM_PORT, comPortNumber, decodeComPort, encodeBaudRate, encodeComPort } from '#codecs/rfc2217.ts';
import {
  encodeTelnetData,
  encodeTelnetSubnegotiation,
  encodeTelnetVerb,
  TelnetDecoder,
  type TelnetItem,
} from '#codecs/telnet.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const decode = (...chunks: readonly Uint8Array[]) => {
  const decoder = new TelnetDecoder();
  return chunks.flatMap((chunk) => decoder.push(chunk));
};

function dataOf(items: readonly TelnetItem[]): Uint8Array {
  return Buffer.concat(items.map((item) => (item.kind === 'data' ? item.bytes : new Uint8Array())));
}

describe('codecs/telnet and rfc2217', () => {
  it('encodes as the RFCs say', () => {
    assert.equal(hex(encodeTelnetVerb('will', 44)), 'fffb2c');
    assert.equal(hex(encodeTelnetVerb('dont', 1)), 'fffe01');
    // RFC 2217: IAC SB COM-PORT-OPTION SET-BAUD <value> IAC SE, most significant byte first.
    assert.equal(hex(encodeBaudRate(115_200)), 'fffa2c010001c200fff0');
    assert.equal(hex(encodeBaudRate(255)), 'fffa2c01000000fffffff0');
    assert.equal(hex(encodeComPort(COM_PORT.control, 8)), 'fffa2c0508fff0');
  });

  it('reads what a server answers', () => {
    const [item] = decode(bytesOf('fffa2c650001c200fff0'));
    assert.ok(item?.kind === 'subnegotiation');
    const message = decodeComPort(item.bytes);
    assert.deepEqual([message?.command, message && comPortNumber(message)], [COM_PORT.baudRate, 115_200]);
    assert.equal(decodeComPort(bytesOf('0108')), null);
    assert.equal(decodeComPort(bytesOf('')), null);
    assert.equal(decodeComPort(bytesOf('ff08')), null);
    assert.equal(comPortNumber({ command: COM_PORT.baudRate, value: bytesOf('0001') }), null);
    assert.equal(comPortNumber({ command: COM_PORT.control, value: bytesOf('') }), null);
  });

  it('keeps commands and data apart, in order', () => {
    const items = decode(bytesOf('6869ffff6afffd2cfff1ff'), bytesOf('fb006b'));
    assert.deepEqual(
      items.map((item) => (item.kind === 'data' ? hex(item.bytes) : item.kind)),
      ['6869ff6a', 'verb', 'command', 'verb', '6b'],
    );
  });

  it('ends a subnegotiation that another command cuts off', () => {
    const items = decode(bytesOf('fffa2c6501fffb03ff'), bytesOf('ff61'));
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['subnegotiation', 'verb', 'data'],
    );
  });

  it('gives data back whatever it is and however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (bytes, cut) => {
        const wire = encodeTelnetData(bytes);
        const at = cut % (wire.length + 1);
        assert.deepEqual(
          Uint8Array.from(dataOf(decode(wire.subarray(0, at), wire.subarray(at)))),
          Uint8Array.from(bytes),
        );
      }),
    );
  });

  it('round-trips subnegotiations and survives noise around them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 0, max: 255 }), (content, option) => {
        const [item] = decode(encodeTelnetSubnegotiation(option, content));
        assert.deepEqual(item, { kind: 'subnegotiation', option, bytes: Uint8Array.from(content) });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
        for (const item of decode(noise)) {
          if (item.kind === 'subnegotiation') assert.ok(item.bytes.length <= 512);
        }
      }),
    );
  });
});
