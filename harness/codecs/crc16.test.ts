import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc16 } from '#codecs/crc16.ts';

describe('codecs/crc16', () => {
  it('gives the published check value', () => {
    assert.equal(crc16(new TextEncoder().encode('123456789')), 0x31c3);
    assert.equal(crc16(new Uint8Array()), 0);
  });

  it('leaves 0 over a message followed by its own CRC', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const crc = crc16(bytes);
        assert.equal(crc16(Uint8Array.from([...bytes, crc >> 8, crc & 0xff])), 0);
      }),
    );
  });

  it('sees every single-bit error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (bytes, where) => {
        const damaged = bytes.slice();
        const bit = where % (bytes.length * 8);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.notEqual(crc16(damaged), crc16(bytes));
      }),
    );
  });
});
