import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundaries, havoc, MUTATORS, overwrite, truncations } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

const message = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

describe('fuzz/mutate', () => {
  it('names the edges of a field and of the truth, never the truth itself', () => {
    assert.deepEqual(boundaries(8, 6), [0, 1, 4, 5, 7, 8, 12, 127, 128, 254, 255]);
    assert.deepEqual(boundaries(16, 0), [1, 2, 0x7fff, 0x8000, 0xfffe, 0xffff]);
    fc.assert(
      fc.property(fc.nat(0xffff), (truth) => {
        const values = boundaries(16, truth);
        assert.ok(!values.includes(truth));
        assert.equal(new Set(values).size, values.length);
        assert.ok(values.every((value) => value >= 0 && value <= 0xffff));
      }),
    );
  });

  it('cuts at every byte', () => {
    const cases = truncations('x', message);
    assert.deepEqual(
      cases.map(({ bytes }) => bytes.length),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    assert.equal(cases[3]?.name, 'x cut at 3 of 8');
  });

  it('overwrites fields big-endian and leaves the rest', () => {
    const [two] = overwrite('f', message, 2, 2, [0xabcd]);
    assert.deepEqual([...(two?.bytes ?? [])], [1, 2, 0xab, 0xcd, 5, 6, 7, 8]);
    const [one] = overwrite('f', message, 0, 1, [0xff]);
    assert.deepEqual([...(one?.bytes ?? [])], [0xff, 2, 3, 4, 5, 6, 7, 8]);
    const [four] = overwrite('f', message, 4, 4, [0x01020304]);
    assert.deepEqual([...(four?.bytes ?? [])], [1, 2, 3, 4, 1, 2, 3, 4]);
    assert.deepEqual([...message], [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  for (const [name, mutate] of Object.entries(MUTATORS)) {
    it(`${name}: repeatable, bounded, and leaves its input alone`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer(), (bytes, seed) => {
          const before = Uint8Array.from(bytes);
          const once = mutate(bytes, rng(seed, name));
          assert.deepEqual(once, mutate(bytes, rng(seed, name)));
          assert.deepEqual(bytes, before);
          assert.ok(Math.abs(once.length - bytes.length) <= 16);
        }),
      );
    });
  }

  it('havoc depends on the seed alone and says what it did', () => {
    const made = havoc('echo', message, rng(7, 'a'));
    assert.deepEqual(made, havoc('echo', message, rng(7, 'a')));
    assert.match(made.name, /^echo: \w/);
    const names = new Set(Array.from({ length: 60 }, (_, i) => havoc('echo', message, rng(i, 'a')).name));
    assert.ok(names.size > 20, String(names.size));
  });
});
