import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc16 } from '#codecs/crc16.ts';
import { encodeSmpSerial, SmpSerialDecoder, type SerialItem } from '#codecs/smp-serial.ts';
import { encodeSmp } from '#codecs/smp.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const line = (marker: string, text: string) => Buffer.concat([bytes(marker), ascii(text), bytes('0a')]);
const base64 = (raw: readonly number[]) => Buffer.from(raw).toString('base64');
const decode = (...chunks: Uint8Array[]): SerialItem[] => {
  const decoder = new SmpSerialDecoder();
  return chunks.flatMap((chunk) => decoder.push(chunk));
};
const reasons = (items: SerialItem[]) =>
  items.map((item) => (item.kind === 'dropped' ? item.reason : item.kind));
const echo = bytes('0a 00 00 06 00 00 01 00 a1 61 64 62 68 69');
const hundred = encodeSmp({ op: 2, version: 1, group: 0, sequence: 6, command: 0 }, [['d', 'A'.repeat(100)]]);

describe('codecs/smp-serial', () => {
  for (const [packet, text] of [
    ['02000006 00000100 a161646268 69', 'ABACAAAGAAABAKFhZGJoaU7E'],
    ['0a000006 00000100 a161646268 69', 'ABAKAAAGAAABAKFhZGJoaaWv'],
    ['08000001 00010200 a0', 'AAsIAAABAAECAKDBYQ=='],
    ['0a000001 00000305 a0', 'AAsKAAABAAADBaC5dw=='],
    ['08000001 00000406 a0', 'AAsIAAABAAAEBqCv0w=='],
    ['0a00000a 00010500 a167636f6e6669726df5', 'ABQKAAAKAAEFAKFnY29uZmlybfVyXQ=='],
  ] as const) {
    it(`wraps ${packet} as computed`, () => {
      assert.deepEqual(Buffer.from(encodeSmpSerial(bytes(packet))), line('0609', text));
      assert.deepEqual(decode(line('0609', text)), [{ kind: 'packet', packet: bytes(packet) }]);
    });
  }

  it('breaks a long packet into a full line and the rest', () => {
    const wire = Buffer.from(encodeSmpSerial(hundred));
    assert.equal(wire.indexOf(0x0a), 126);
    assert.deepEqual(wire.subarray(127), line('0414', 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQc12'));
    assert.equal(wire.length, 127 + 35);
  });

  it('finds packets between console lines and loses neither', () => {
    const items = decode(ascii('boot\r\n'), encodeSmpSerial(echo), ascii('uart:~$ \x1b[1;32mok\n'));
    assert.deepEqual(items, [
      { kind: 'text', text: 'boot' },
      { kind: 'packet', packet: echo },
      { kind: 'text', text: 'uart:~$ \x1b[1;32mok' },
    ]);
  });

  it('keeps control bytes and bytes above 0x7f of console lines', () => {
    assert.deepEqual(decode(bytes('00 80 ff 07 0d 0a')), [
      { kind: 'text', text: '\u0000\u0080\u00ff\u0007' },
    ]);
  });

  it('does not depend on the chunking', () => {
    const wire = Buffer.concat([ascii('a\n'), encodeSmpSerial(hundred), ascii('b\n')]);
    const whole = decode(wire);
    assert.equal(whole.length, 3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: wire.length })), (cuts) => {
        const ends = [...cuts, wire.length].sort((a, b) => a - b);
        const chunks = ends.map((end, index) => wire.subarray(index === 0 ? 0 : ends[index - 1], end));
        assert.deepEqual(decode(...chunks), whole);
      }),
    );
  });

  it('drops length 0 and 1, which would wrap below the CRC', () => {
    assert.deepEqual(reasons(decode(line('0609', 'AAA='))), ['length']);
    assert.deepEqual(decode(line('0609', 'AAEA')), [
      {
        kind: 'dropped',
        reason: 'length',
        line: bytes('0609 41414541'),
        announced: 1,
      },
    ]);
  });

  it('drops a line with damaged base64, a wrong CRC, or more bytes than announced', () => {
    const crc = crc16(echo);
    const framed = (length: number, check: number, extra: number[] = []) =>
      line('0609', base64([0, length, ...echo, check >> 8, check & 0xff, ...extra]));
    assert.deepEqual(reasons(decode(line('0609', 'AAE'))), ['base64']);
    assert.deepEqual(reasons(decode(line('0609', 'A=EA'))), ['base64']);
    assert.deepEqual(reasons(decode(framed(16, crc ^ 1))), ['crc']);
    assert.deepEqual(reasons(decode(framed(16, crc, [7]))), ['overrun']);
  });

  it('drops a continuation without a start and restarts at a new start', () => {
    assert.deepEqual(reasons(decode(line('0414', 'AAEA'))), ['no-start']);
    const first = encodeSmpSerial(hundred).subarray(0, 127);
    assert.deepEqual(reasons(decode(first, encodeSmpSerial(echo))), ['restarted', 'packet']);
  });

  it('drops what is larger than the receiver takes', () => {
    const decoder = new SmpSerialDecoder(64);
    assert.deepEqual(reasons(decoder.push(encodeSmpSerial(hundred))), ['length', 'no-start']);
    assert.deepEqual(reasons(decoder.push(encodeSmpSerial(echo))), ['packet']);
  });

  it('hands on an endless line in pieces', () => {
    const items = decode(new Uint8Array(5000).fill(0x41));
    assert.deepEqual(
      items.map((item) => (item.kind === 'text' ? item.text.length : 0)),
      [1024, 1024, 1024, 1024],
    );
  });

  it('gives back every packet of any size, also at multiples of a line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (packet) => {
        assert.deepEqual(decode(encodeSmpSerial(packet)), [{ kind: 'packet', packet }]);
      }),
    );
    for (const size of [89, 90, 91, 92, 93, 182, 183, 184, 185, 186]) {
      const packet = new Uint8Array(size).fill(size);
      assert.deepEqual(decode(encodeSmpSerial(packet)), [{ kind: 'packet', packet }]);
    }
  });

  it('survives any bytes and still finds the packet after them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const items = decode(noise, bytes('0a'), encodeSmpSerial(echo));
        assert.deepEqual(items.at(-1), { kind: 'packet', packet: echo });
      }),
      { numRuns: 1000 },
    );
  });
});
