import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ddmin } from '#core/ddmin.ts';

const holds = (needed: ReadonlySet<number>) => (fewer: readonly number[]) =>
  Promise.resolve([...needed].every((one) => fewer.includes(one)));

describe('core/ddmin', () => {
  it('leaves exactly the items that matter, in their order', async () => {
    const property = fc.asyncProperty(
      fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 64 }),
      fc.array(fc.nat(63), { minLength: 1, maxLength: 4 }),
      async (items, picks) => {
        const needed = new Set(picks.map((pick) => items[pick % items.length] ?? 0));
        const reduced = await ddmin(items, holds(needed), 10_000);
        assert.deepEqual(
          reduced.items,
          items.filter((item) => needed.has(item)),
        );
        assert.ok(reduced.minimal);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  it('finds one of 256 in about as many tries as there are halvings', async () => {
    const items = Array.from({ length: 256 }, (_, index) => index);
    const { items: left, tried } = await ddmin(items, holds(new Set([171])), 1000);
    assert.deepEqual(left, [171]);
    assert.ok(tried <= 24, `${tried} tries`);
  });

  it('stops when the tries run out, and says that less might do', async () => {
    const items = Array.from({ length: 64 }, (_, index) => index);
    const reduced = await ddmin(items, holds(new Set([3, 60])), 5);
    assert.equal(reduced.tried, 5);
    assert.ok(!reduced.minimal);
    assert.ok(await holds(new Set([3, 60]))(reduced.items));
  });

  it('tries nothing where there is one item', async () => {
    const reduced = await ddmin([1], () => Promise.reject(new Error('asked')), 5);
    assert.deepEqual(reduced, { items: [1], tried: 0, minimal: true });
  });
});
