import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonical, type Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { decodeValue, encodeValue } from '#engine/json-value.ts';

function roundTrip(value: unknown): unknown {
  const kept = new Map<string, Uint8Array>();
  const json = encodeValue(value, (bytes) => {
    kept.set(sha256Hex(bytes), bytes);
    return sha256Hex(bytes);
  });
  const text = canonical(json);
  return decodeValue(JSON.parse(text) as Json, (sha256) => kept.get(sha256) ?? new Uint8Array());
}

const nothing = () => '';

describe('scenario input as JSON', () => {
  it('writes short bytes into the text and long ones beside it', () => {
    assert.deepEqual(encodeValue(Uint8Array.of(0, 255), nothing), { $hex: '00ff' });
    assert.deepEqual(
      encodeValue(new Uint8Array(513), () => 'abc'),
      { $file: 'abc', length: 513 },
    );
  });

  it('gives back what it was given', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.bigInt(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 600 }),
    );
    const key = fc.oneof(fc.string(), fc.constantFrom('$hex', '$file', '$bigint', '$$x'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(
          key.filter((name) => name !== '__proto__'),
          tie('tree'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(fc.property(tree, (value) => assert.deepEqual(roundTrip(value), value)));
  });

  it('refuses what is not data, and says where', () => {
    const input = { image: { build: () => undefined } };
    assert.throws(() => encodeValue(input, nothing), {
      code: 'input-not-data',
      message: /input\.image\.build/,
    });
    assert.throws(() => encodeValue({ at: new Date(0) }, nothing), { code: 'input-not-data' });
    assert.throws(() => encodeValue([Number.NaN], nothing), {
      code: 'input-not-data',
      message: /input\[0\]/,
    });
  });

  it('refuses hostile JSON', () => {
    let deep: Json = 0;
    for (let i = 0; i < 100; i++) deep = [deep];
    assert.throws(() => decodeValue(deep, () => new Uint8Array()), { code: 'record-input' });
    assert.throws(() => decodeValue({ $bigint: '1e9' }, () => new Uint8Array()), { code: 'record-input' });
  });
});
