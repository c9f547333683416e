import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  parseGdbError,
  parseGdbFeatures,
  parseGdbHex,
  parseGdbRegisters,
  parseGdbRunning,
} from '#codecs/gdb-reply.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('codecs/gdb-reply', () => {
  it('reads why a target halted', () => {
    assert.deepEqual(parseGdbRunning(ascii('S05')), { kind: 'stop', signal: 5, watch: null });
    assert.deepEqual(parseGdbRunning(ascii('T02thread:01;')), { kind: 'stop', signal: 2, watch: null });
    assert.deepEqual(parseGdbRunning(ascii('T05thread:01;watch:4001e508;')), {
      kind: 'stop',
      signal: 5,
      watch: 0x4001e508,
    });
    assert.deepEqual(parseGdbRunning(ascii('T05awatch:10;thread:1;')), {
      kind: 'stop',
      signal: 5,
      watch: 16,
    });
    assert.deepEqual(parseGdbRunning(ascii('W00')), { kind: 'exit', status: 0 });
    assert.deepEqual(parseGdbRunning(ascii('O68690a')), { kind: 'output', text: 'hi\n' });
    for (const other of ['OK', '', 'E01', 'Ozz', 'Tx']) assert.equal(parseGdbRunning(ascii(other)), null);
  });

  it('reads memory, and refuses what is no hex', () => {
    assert.deepEqual(parseGdbHex(ascii('00fF7e')), Uint8Array.of(0, 255, 126));
    for (const bad of ['0', '0g', 'E1x']) assert.equal(parseGdbHex(ascii(bad)), null);
  });

  it('reads errors of both forms', () => {
    assert.equal(parseGdbError(ascii('E14')), '14');
    assert.equal(parseGdbError(ascii('E.no such thing')), 'no such thing');
    assert.equal(parseGdbError(ascii('E1')), null);
    assert.equal(parseGdbError(ascii('OK')), null);
  });

  it('reads registers, those that the stub cannot tell as null', () => {
    assert.deepEqual(parseGdbRegisters(ascii('78563412xxxxxxxx01000000')), [0x12345678, null, 1]);
    assert.equal(parseGdbRegisters(ascii('hello, world')), null);
  });

  it('reads features', () => {
    const features = parseGdbFeatures(ascii('PacketSize=1000;qXfer:features:read+;vContSupported+;x-;y'));
    assert.deepEqual(Object.fromEntries(features), {
      PacketSize: '1000',
      'qXfer:features:read': '+',
      vContSupported: '+',
      x: '-',
    });
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseGdbRunning(bytes);
        parseGdbFeatures(bytes);
        parseGdbRegisters(bytes);
        parseGdbError(bytes);
        const read = parseGdbHex(bytes);
        assert.ok(read === null || read.length * 2 === bytes.length);
      }),
    );
  });
});
