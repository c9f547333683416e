import { deepEqual, equal, notEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { canonical, type Json } from '#core/canonical.ts';
import { digestOf, sha256Hex } from '#core/digest.ts';
import { GENESIS, link, toLine, type Evidence } from '#core/evidence.ts';

function chainOf(values: readonly Json[]): Evidence[] {
  const chain: Evidence[] = [];
  for (const [index, value] of values.entries()) chain.push(link(chain.at(-1), index, 'verb', value));
  return chain;
}

describe('canonical', () => {
  it('sorts keys, drops undefined and spaces', () => {
    equal(canonical({ b: 1, a: [true, null, 'x"'], c: undefined }), '{"a":[true,null,"x\\""],"b":1}');
  });

  it('gives one text per value and keeps the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value);
        equal(canonical(JSON.parse(text) as Json), text);
        deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('digest', () => {
  it('is SHA-256 (FIPS 180-4 example "abc")', () => {
    equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    equal(digestOf('abc'), sha256Hex('"abc"'));
  });
});

describe('evidence chain', () => {
  it('starts from 64 zeros and numbers entries', () => {
    const chain = chainOf(['one', 'two']);
    equal(chain[0]?.prev, GENESIS);
    equal(chain[1]?.prev, chain[0]?.hash);
    deepEqual(
      chain.map((entry) => entry.seq),
      [0, 1],
    );
  });

  it('reads back from its line as the same entry', () => {
    const [entry] = chainOf([{ text: 'Grüße \u2028 \u0000', nested: [1.5, -0] }]);
    const line = toLine(entry as Evidence);
    equal(toLine(JSON.parse(line) as Evidence), line);
    equal(line.endsWith('\n') && line.indexOf('\n') === line.length - 1, true);
    notEqual(line.indexOf('"hash"'), -1);
  });
});
