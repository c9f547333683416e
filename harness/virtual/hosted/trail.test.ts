import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FlashOperation, FlashRange } from '#virtual/hosted/chip.ts';
import { PackedOperations } from '#virtual/hosted/packed-operations.ts';
import type { KnownRun } from '#virtual/hosted/silicon.ts';
import { inShort, Trail } from '#virtual/hosted/trail.ts';
import { Storage } from '#virtual/storage.ts';

const PAGE = 64;
const SHAPE = { size: 4 * PAGE, page: PAGE, word: 4, fuses: 0, kind: 'nrf52-nvmc' } as const;

function run(reads: readonly FlashRange[], ...operations: readonly FlashOperation[]): KnownRun {
  return {
    app: null,
    granted: false,
    reads,
    booting: new PackedOperations(operations),
    working: new PackedOperations([]),
  };
}

const operations = fc.array(
  fc.oneof(
    fc.nat(3).map((page): FlashOperation => ({ kind: 'erase', address: page * PAGE, length: PAGE })),
    fc
      .record({
        kind: fc.constant('write' as const),
        word: fc.nat(62),
        data: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      })
      .map(({ kind, word, data }): FlashOperation => ({ kind, address: word * 4, data })),
  ),
  { maxLength: 12 },
);

function storageWith(seed: number): Storage {
  const storage = new Storage(SHAPE);
  storage.load({
    flash: Uint8Array.from({ length: SHAPE.size }, (_, at) => (at * 37 + seed) & 0xff),
    fuses: new Uint32Array(),
  });
  return storage;
}

describe('virtual/hosted/trail', () => {
  it('passes over what an earlier run had erased, and tells each part once', () => {
    const trail = new Trail(PAGE);
    trail.take(run([{ address: 0, length: 8 }], { kind: 'erase', address: PAGE, length: PAGE }));
    assert.ok(trail.hasErased(PAGE) && !trail.hasErased(0));
    trail.take(
      run([
        { address: 0, length: 8 },
        { address: PAGE, length: PAGE },
        { address: PAGE + 8, length: 8 },
        { address: PAGE, length: 2 * PAGE },
      ]),
    );
    assert.deepEqual(trail.reads, [
      { address: 0, length: 8 },
      { address: 2 * PAGE, length: PAGE },
    ]);
  });

  it('packs operations and gives them back', () => {
    fc.assert(
      fc.property(operations, (list) => {
        assert.deepEqual(
          [...new PackedOperations(list)],
          list.map((one) => ({ ...one })),
        );
      }),
    );
  });

  it('says operations in short: from other flash they leave the same', () => {
    fc.assert(
      fc.property(operations, fc.nat(255), fc.nat(255), (list, one, other) => {
        const [first, plain, short] = [storageWith(one), storageWith(other), storageWith(other)];
        for (const operation of list) first.apply(operation);
        for (const operation of list) plain.apply(operation);
        for (const operation of inShort(list, first.bytes, PAGE)) short.apply(operation);
        assert.equal(short.digest(), plain.digest());
      }),
    );
  });
});
