import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeSlip, SlipDecoder, type SlipItem } from '#codecs/slip.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const frames = (items: readonly SlipItem[]) =>
  items.map((item) => (item.kind === 'frame' ? Buffer.from(item.frame).toString('hex') : item.reason));

describe('codecs/slip', () => {
  it('escapes its own two bytes (RFC 1055) and delimits at both ends, or at the end alone', () => {
    assert.deepEqual(encodeSlip(hex('01c002db03')), hex('c001dbdc02dbdd03c0'));
    assert.deepEqual(encodeSlip(hex('0901'), { leading: false }), hex('0901c0'));
  });

  it('gives back any frames, whatever the chunking', () => {
    const some = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(some, fc.boolean(), fc.integer({ min: 1, max: 9 }), (sent, leading, step) => {
        const stream = Buffer.concat(sent.map((frame) => encodeSlip(frame, { leading })));
        const decoder = new SlipDecoder(40);
        const items: SlipItem[] = [];
        for (let at = 0; at < stream.length; at += step)
          items.push(...decoder.push(stream.subarray(at, at + step)));
        assert.deepEqual(
          frames(items),
          sent.map((frame) => Buffer.from(frame).toString('hex')),
        );
      }),
    );
  });

  it('tells what is no frame: a meaningless escape, one that was cut off, too many bytes; and goes on behind it', () => {
    const decoder = new SlipDecoder(4);
    assert.deepEqual(
      frames(decoder.push(hex('c001db0203c0 0102db c0 0102030405c0 aac0'.replaceAll(' ', '')))),
      ['escape', 'escape', 'overlong', 'aa'],
    );
    assert.deepEqual(decoder.push(hex('c0c0c0')), []);
  });
});
