import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TEARS } from '#core/tear.ts';
import { rollsWithin, strikesAt } from '#virtual/cut-walk.ts';
import type { StorageOperation } from '#virtual/storage.ts';

const operation: fc.Arbitrary<StorageOperation> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), address: fc.nat(), data: fc.constant(new Uint8Array(4)) }),
  fc.record({ kind: fc.constant('erase' as const), address: fc.nat(), length: fc.constant(1024) }),
);

describe('the rolls of seeded tears', () => {
  it('are as many as were asked for, or as many as make no more cuts than may be made', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 1, maxLength: 20 }),
        fc.subarray([...TEARS], { minLength: 1 }),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(2000),
        (operations, tears, rolls, most) => {
          const cutsAt = (times: number) =>
            operations.flatMap((one) => strikesAt(one, 'spi-nor', { tears, seed: 1, rolls: times })).length;
          const given = rollsWithin(operations, 'spi-nor', { tears, seed: 1, rolls }, most);
          assert.ok(given >= 1 && given <= rolls);
          const isSeeded = cutsAt(1) > cutsAt(0);
          if (given > 1 && isSeeded) assert.ok(cutsAt(given) <= most);
          if (given < rolls && isSeeded) assert.ok(cutsAt(given + 1) > most);
          if (!isSeeded) assert.equal(given, rolls);
        },
      ),
    );
  });
});
