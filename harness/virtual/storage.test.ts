import { deepEqual, equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import type { Tear } from '#core/tear.ts';
import { PowerLost, Storage } from '#virtual/storage.ts';

const shape = { size: 0x4000, page: 0x1000, word: 4, fuses: 2, kind: 'nrf52-nvmc' as const };

type Step =
  { readonly at: number; readonly byte: number } | { readonly page: number } | { readonly burn: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ at: fc.nat(0xff0).map((n) => n * 4), byte: fc.nat(255) }),
  fc.record({ page: fc.nat(3) }),
  fc.record({ burn: fc.nat(31) }),
);

function apply(storage: Storage, one: Step): void {
  if ('page' in one) storage.erase(one.page * 0x1000, 0x1000);
  else if ('burn' in one) storage.burn(1, 1 << one.burn);
  else storage.write(one.at, new Uint8Array(16).fill(one.byte));
}

describe('storage', () => {
  it('clears bits by writing, sets them only by erasing a page', () => {
    const storage = new Storage(shape);
    storage.write(8, Uint8Array.of(0xf0, 0x0f, 0xff, 0x00));
    storage.write(8, Uint8Array.of(0x3c, 0x3c, 0x3c, 0x3c));
    deepEqual([...storage.bytes.subarray(8, 12)], [0x30, 0x0c, 0x3c, 0x00]);
    storage.erase(0, 0x1000);
    equal(
      storage.bytes.every((byte) => byte === 0xff),
      true,
    );
  });

  it('counts a write once, an erase once a page, a burn once', () => {
    const storage = new Storage(shape);
    storage.write(0, new Uint8Array(64));
    storage.erase(0, 0x3000);
    storage.burn(0, 1);
    equal(storage.operations, 5);
  });

  it('refuses what real silicon cannot do', () => {
    const storage = new Storage(shape);
    throws(() => storage.write(2, new Uint8Array(4)), { code: 'storage-alignment' });
    throws(() => storage.write(0, new Uint8Array(3)), { code: 'storage-alignment' });
    throws(() => storage.erase(0x800, 0x1000), { code: 'storage-alignment' });
    throws(() => storage.write(0x4000, new Uint8Array(4)), { code: 'storage-bounds' });
    throws(() => storage.burn(2, 1), { code: 'storage-bounds' });
    equal(storage.operations, 0);
  });

  const cuts: readonly [Tear, (left: number) => boolean][] = [
    ['before', (left) => left === 0],
    ['prefix', (left) => left > 0 && left < 64],
    ['after', (left) => left === 64],
  ];
  for (const [tear, fits] of cuts) {
    it(`cuts ${tear} the armed operation, once`, () => {
      const storage = new Storage(shape);
      storage.arm({ index: 1, tear, seed: 3 });
      storage.write(0, new Uint8Array(4));
      throws(
        () => storage.write(64, new Uint8Array(64)),
        (error) => error instanceof PowerLost && error.index === 1 && error.operation.kind === 'write',
      );
      equal(fits(storage.bytes.subarray(64, 128).filter((byte) => byte === 0).length), true);
      storage.write(256, new Uint8Array(4));
    });
  }

  it('leaves a torn erase between old and erased', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const storage = new Storage(shape);
        storage.write(0, new Uint8Array(0x1000));
        storage.arm({ index: 0, tear: 'partial-erase', seed });
        throws(() => storage.erase(0, 0x1000), PowerLost);
        const page = storage.bytes.subarray(0, 0x1000);
        equal(
          page.some((byte) => byte !== 0),
          true,
        );
        equal(
          page.some((byte) => byte !== 0xff),
          true,
        );
      }),
    );
  });

  it('undoes everything since a mark, nested marks too', () => {
    fc.assert(
      fc.property(fc.array(step), fc.array(step), fc.array(step), (first, second, third) => {
        const storage = new Storage(shape);
        for (const one of first) apply(storage, one);
        const outer = storage.digest();
        const mark = storage.mark();
        for (const one of second) apply(storage, one);
        const inner = storage.digest();
        const nested = storage.mark();
        for (const one of third) apply(storage, one);
        storage.rewind(nested);
        equal(storage.digest(), inner);
        for (const one of third) apply(storage, one);
        storage.rewind(mark);
        equal(storage.digest(), outer);
      }),
      { numRuns: 40 },
    );
  });

  it('tears the same way from the same seed', () => {
    const torn = (seed: number) => {
      const storage = new Storage(shape);
      storage.arm({ index: 0, tear: 'prefix', seed });
      throws(() => storage.write(0, new Uint8Array(1024)), PowerLost);
      return storage.digest();
    };
    equal(torn(5), torn(5));
    equal(new Set([1, 2, 3, 4, 5, 6, 7, 8].map(torn)).size > 1, true);
  });
});
