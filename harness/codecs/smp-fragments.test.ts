import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fragmentSmp, SmpReassembler } from '#codecs/smp-fragments.ts';
import { encodeSmp } from '#codecs/smp.ts';

const echo = encodeSmp({ op: 2, version: 1, group: 0, sequence: 1, command: 0 }, [['d', 'x'.repeat(60)]]);

describe('codecs/smp-fragments', () => {
  it('cuts a packet to the MTU and joins it again, whatever the MTU', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 8, max: 250 }), (data, most) => {
        const packet = encodeSmp({ op: 2, version: 1, group: 1, sequence: 9, command: 1 }, [['data', data]]);
        const reassembler = new SmpReassembler();
        const results = fragmentSmp(packet, most).map((part) => {
          assert.ok(part.length <= most);
          return reassembler.push(part);
        });
        assert.deepEqual(results.pop(), { kind: 'packet', packet });
        assert.ok(results.every(({ kind }) => kind === 'more'));
      }),
    );
  });

  it('takes 20-byte pieces, as the default MTU of 23 leaves', () => {
    assert.deepEqual(
      fragmentSmp(echo, 20).map(({ length }) => length),
      [20, 20, 20, echo.length - 60],
    );
  });

  it('drops what Zephyr drops: a first piece without a header, too long a packet, bytes beyond its end', () => {
    const reassembler = new SmpReassembler(64);
    const fault = (bytes: Uint8Array) => {
      const result = reassembler.push(bytes);
      return result.kind === 'dropped' ? result.fault : result.kind;
    };
    assert.equal(fault(echo.subarray(0, 7)), 'first-too-short');
    assert.equal(fault(echo.subarray(0, 20)), 'too-long');
    const short = encodeSmp({ op: 2, version: 1, group: 0, sequence: 1, command: 0 }, []);
    assert.equal(fault(Uint8Array.from([...short, 0])), 'overrun');
    assert.equal(fault(short.subarray(0, 8)), 'more');
    reassembler.reset();
    assert.equal(fault(short), 'packet');
  });

  it('survives any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (parts) => {
        const reassembler = new SmpReassembler(100);
        for (const part of parts) {
          const result = reassembler.push(part);
          if (result.kind === 'packet') assert.ok(result.packet.length <= 100);
        }
      }),
    );
  });
});
