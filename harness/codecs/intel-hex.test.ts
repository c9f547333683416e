import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { encodeIntelHex, flattenHex, type HexFile, parseIntelHex } from '#codecs/intel-hex.ts';

const END = ':00000001FF\n';
const segments = fc
  .array(
    fc.record(
      { gap: fc.integer({ min: 1, max: 0x18000 }), bytes: fc.uint8Array({ minLength: 1, maxLength: 70 }) },
      { noNullPrototype: true },
    ),
    { maxLength: 5 },
  )
  .map((drawn) => {
    let address = 0xfff0;
    return drawn.map(({ gap, bytes }) => {
      const segment = { address: address + gap, bytes };
      address = segment.address + bytes.length;
      return segment;
    });
  });
const start = fc.oneof(
  fc.constant(null),
  fc.record(
    { kind: fc.constant('linear' as const), address: fc.nat(0xffff_ffff) },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constant('segment' as const), cs: fc.nat(0xffff), ip: fc.nat(0xffff) },
    { noNullPrototype: true },
  ),
);

function fileOf(text: string): HexFile {
  const file = parseIntelHex(text);
  if ('defect' in file) assert.fail(JSON.stringify(file));
  return file;
}

function defectOf(text: string): string {
  const file = parseIntelHex(text);
  return 'defect' in file ? `${file.defect} ${file.line}` : 'none';
}

describe('Intel HEX', () => {
  it('reads the records of the specification', () => {
    const file = fileOf(
      ':10010000214601360121470136007EFE09D2190140\n:100110002146017E17C20001FF5F16002148011928\n' +
        ':10012000194E79234623965778239EDA3F01B2CAA7\n:100130003F0156702B5E712B722B732146013421C7\n' +
        ':00000001FF\n',
    );
    assert.equal(file.segments.length, 1);
    assert.equal(file.segments[0]?.address, 0x100);
    assert.equal(file.segments[0]?.bytes.length, 64);
    assert.equal(Buffer.from(file.segments[0]?.bytes.subarray(0, 4) ?? []).toString('hex'), '21460136');
  });

  it('places data by linear and segment bases, and reads both starts', () => {
    const linear = fileOf(`:020000040800F2\n:0400100001020304E2\n:0400000508000131BD\r\n${END}`);
    assert.deepEqual(linear, {
      segments: [{ address: 0x0800_0010, bytes: Uint8Array.of(1, 2, 3, 4) }],
      start: { kind: 'linear', address: 0x0800_0131 },
    });
    const segment = fileOf(`:020000021200EA\n:0100020055A8\n:0400000300003800C1\n\n${END}`);
    assert.deepEqual(segment, {
      segments: [{ address: 0x12002, bytes: Uint8Array.of(0x55) }],
      start: { kind: 'segment', cs: 0, ip: 0x3800 },
    });
  });

  it('names what does not hold, and the line', () => {
    assert.equal(defectOf(''), 'no-end 1');
    assert.equal(defectOf(':0100020055A8\n'), 'no-end 2');
    assert.equal(defectOf(`0100020055A8\n${END}`), 'no-colon 1');
    assert.equal(defectOf(`:0100020055A9\n${END}`), 'checksum 1');
    assert.equal(defectOf(`:01000200GGA8\n${END}`), 'digits 1');
    assert.equal(defectOf(`:0200020055A7\n${END}`), 'length 1');
    assert.equal(defectOf(`:${'0'.repeat(1000)}\n${END}`), 'length 1');
    assert.equal(defectOf(`${END}:0100020055A8\n`), 'after-end 2');
    assert.equal(defectOf(`:00000006FA\n${END}`), 'type 1');
    assert.equal(defectOf(`:0100000400FB\n${END}`), 'length 1');
    assert.equal(defectOf(`:02FFFF005555 56\n${END}`), 'digits 1');
    assert.equal(defectOf(`:02FFFF00555556\n${END}`), 'address 1');
    assert.equal(defectOf(`:0100020055A8\n:0100020055A8\n${END}`), 'overlap 2');
    const twice = ':0400000508000131BD\n';
    assert.equal(defectOf(twice + twice + END), 'start-twice 2');
  });

  it('gives back what was written', () => {
    fc.assert(
      fc.property(segments, start, (drawn, from) => {
        const file = { segments: drawn, start: from };
        const text = encodeIntelHex(file);
        assert.deepEqual(fileOf(text), file);
        assert.equal(encodeIntelHex(fileOf(text)), text);
      }),
    );
  });

  it('takes any text, and what it reads it can write', () => {
    const mangled = fc
      .tuple(segments, fc.array(fc.tuple(fc.nat(2000), fc.string({ maxLength: 3 })), { maxLength: 4 }))
      .map(([drawn, edits]) => {
        let text = encodeIntelHex({ segments: drawn, start: null });
        for (const [at, inserted] of edits) text = text.slice(0, at) + inserted + text.slice(at + 1);
        return text;
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), mangled), (text) => {
        const file = parseIntelHex(text);
        if ('defect' in file) assert.ok(file.line >= 1);
        else assert.deepEqual(fileOf(encodeIntelHex(file)), file);
      }),
    );
  });

  it('fills gaps, but not for ever', () => {
    const far = fileOf(`:0100000055AA\n:02000004FFFFFC\n:01FFFF0055AC\n${END}`);
    assert.equal(flattenHex(far, 1 << 20), null);
    const near = fileOf(`:0100000055AA\n:0100030066 96\n${END}`.replace(' ', ''));
    assert.deepEqual(flattenHex(near, 4), { address: 0, bytes: Uint8Array.of(0x55, 0xff, 0xff, 0x66) });
    assert.equal(flattenHex(near, 3), null);
    assert.equal(flattenHex(fileOf(END), 3), null);
  });
});
