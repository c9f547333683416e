import assert from 'node:assert/strict';
import fc from 'fast-check';
import { measureCbor } from '#codecs/cbor-bounds.ts';
import { decodeCborMap, encodeCborMap, type CborValue } from '#codecs/cbor.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const decoded = (text: string) => {
  const result = decodeCborMap(hex(text));
  assert.ok(result.ok, text);
  return Object.fromEntries(result.map);
};

describe('codecs/cbor', () => {
  it('decodes the maps of RFC 8949 appendix A that have text keys', () => {
    assert.deepEqual(decoded('a0'), {});
    assert.deepEqual(decoded('a2 61 61 01 61 62 82 02 03'), { a: 1, b: [2, 3] });
    assert.deepEqual(decoded('bf 61 61 01 61 62 9f 02 03 ff ff'), { a: 1, b: [2, 3] });
    assert.deepEqual(decoded('bf 63 46 75 6e f5 63 41 6d 74 21 ff'), { Fun: true, Amt: -2 });
    assert.deepEqual(decoded('a1 61 61 1b ff ff ff ff ff ff ff ff'), { a: 0xffff_ffff_ffff_ffffn });
  });

  it('says how many bytes the map took and leaves the rest alone', () => {
    const result = decodeCborMap(hex('a1 61 61 01 de ad'));
    assert.ok(result.ok);
    assert.equal(result.used, 4);
  });

  for (const [what, bytes] of [
    ['nothing', ''],
    ['no map', '83 01 02 03'],
    ['a map that never ends', 'bf 61 61 01'],
    ['a break in place of a value', 'bf 61 61 ff ff'],
    ['a break in a definite map', 'a1 ff'],
    ['a key that is no text', 'a1 01 02'],
    ['a key twice', 'a2 61 61 01 61 61 02'],
    ['a text longer than the message', 'a1 7a ff ff ff ff 61'],
    ['a text of 2^64-1 bytes', 'a1 7b ff ff ff ff ff ff ff ff 61'],
    ['a map of 2^64-1 members', 'bb ff ff ff ff ff ff ff ff 61 61 01'],
    ['an array of 2^32-1 members', 'a1 61 61 9a ff ff ff ff'],
    ['reserved additional information', 'a1 61 61 1c'],
    ['a tag', 'a1 61 61 c0 60'],
    ['a text in chunks', 'a1 61 61 7f 61 62 ff'],
    ['an indefinite integer', 'a1 61 61 1f'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.equal(decodeCborMap(hex(bytes)).ok, false);
    });
  }

  it('refuses nesting beyond the bound without recursing into it', () => {
    const nested = Uint8Array.from([0xa1, 0x61, 0x61, ...Array<number>(50_000).fill(0x81), 0]);
    const result = decodeCborMap(nested);
    assert.ok(!result.ok);
    assert.match(result.why, /nested deeper than 12/);
    assert.equal(measureCbor(nested, { depth: 60_000, items: 60_000 }).ok, true);
  });

  it('refuses more items than the bound', () => {
    const wide = Uint8Array.from([0xa1, 0x61, 0x61, 0x99, 0x27, 0x10, ...Array<number>(10_000).fill(0)]);
    assert.equal(decodeCborMap(wide).ok, false);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const result = decodeCborMap(bytes);
        assert.ok(result.ok ? result.used <= bytes.length : result.why.length > 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives any damage to a valid map and keeps its place', () => {
    const map = encodeCborMap([
      ['off', 70_000],
      ['data', new Uint8Array(40)],
      ['list', [1, 'two', new Map([['three', true]])]],
    ]);
    fc.assert(
      fc.property(fc.nat(map.length - 1), fc.nat(255), (at, value) => {
        const damaged = map.slice();
        damaged[at] = value;
        const result = decodeCborMap(damaged);
        if (result.ok) assert.ok(result.used <= damaged.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('decodes what it encoded', () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), leaf), { maxLength: 20 }), (members) => {
        const unique = new Map<string, CborValue>(members);
        const result = decodeCborMap(encodeCborMap(unique));
        assert.ok(result.ok);
        assert.deepEqual([...result.map], [...unique]);
      }),
    );
  });
});
