import assert from 'node:assert/strict';
import fc from 'fast-check';
import { QemuTrace } from '#codecs/qemu-trace.ts';

const LINES = [
  "memory_region_ops_write cpu 0 mr 0x55febb343000 addr 0x4001e504 value 0x1 size 4 name 'nrf51_soc.nvmc'",
  'a line of something else',
  "21@1669.1:memory_region_ops_write cpu 0 mr 0x55febb343330 addr 0x3000 value 0x1234ffff size 4 name 'nrf51_soc.flash'",
].join('\n');

const WRITES = [
  { address: 0x4001e504, value: 1, size: 4, region: 'nrf51_soc.nvmc' },
  { address: 0x3000, value: 0x1234ffff, size: 4, region: 'nrf51_soc.flash' },
];

describe('codecs/qemu-trace', () => {
  it('reads the lines that QEMU 7.2 logs, and passes others over', () => {
    assert.deepEqual(new QemuTrace().push(`${LINES}\n`), WRITES);
  });

  it('reads a line once it is whole, in any chunking', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
        const trace = new QemuTrace();
        const text = `${LINES}\n`;
        const found = [];
        for (let at = 0; at < text.length; at += size) found.push(...trace.push(text.slice(at, at + size)));
        assert.deepEqual(found, WRITES);
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.ok(Array.isArray(new QemuTrace().push(text)))));
  });
});
