import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc32 } from '#codecs/crc32.ts';

describe('CRC-32', () => {
  it('gives the check value of the CRC catalogue', () => {
    assert.equal(crc32(Buffer.from('123456789', 'latin1')), 0xcbf43926);
    assert.equal(crc32(new Uint8Array()), 0);
  });

  it('continues where an earlier call stopped', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
        assert.equal(crc32(tail, crc32(head)), crc32(Buffer.concat([head, tail])));
      }),
    );
  });
});
