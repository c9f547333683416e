import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TEAR_MODELS, TEARS, tearFits, type FlashKind, type Tear } from '#core/tear.ts';
import { PowerLost, Storage, type StorageOperation } from '#virtual/storage.ts';
import { fittingTear } from '#virtual/tear.ts';

const PAGE = 0x1000;

function storageOf(kind: FlashKind): Storage {
  return new Storage({ size: 4 * PAGE, page: PAGE, word: 4, fuses: 2, kind });
}

const kinds = fc.constantFrom<FlashKind>('nrf52-nvmc', 'spi-nor');
const operation: fc.Arbitrary<StorageOperation> = fc.oneof(
  fc
    .record({
      address: fc.nat(3 * PAGE).map((n) => n - (n % 4)),
      data: fc.uint8Array({ minLength: 1, maxLength: 90 }),
    })
    .map(
      ({ address, data }) =>
        ({ kind: 'write', address, data: data.slice(0, data.length - (data.length % 4)) }) as const,
    )
    .filter(({ data }) => data.length > 0),
  fc.nat(3).map((page) => ({ kind: 'erase', address: page * PAGE, length: PAGE }) as const),
  fc
    .record({ address: fc.nat(1), bits: fc.nat(0xffff) })
    .map(({ address, bits }) => ({ kind: 'fuse', address, bits }) as const),
);
const strike = fc.record({ tear: fc.constantFrom(...TEARS), seed: fc.nat() });

/** Carries operations out, each torn or whole, the supply coming up after each tear. */
function play(
  storage: Storage,
  steps: readonly (readonly [StorageOperation, { tear: Tear; seed: number }])[],
): void {
  for (const [one, { tear, seed }] of steps) {
    storage.tear(one, tear, seed);
    storage.powerUp();
  }
}

/** Whether every bit of `after` is as before or as the operation alone would make it. */
function isBetween(before: Uint8Array, whole: Uint8Array, after: Uint8Array): boolean {
  return after.every((byte, i) => {
    const changed = (before[i] ?? 0) ^ byte;
    return (changed & ~((before[i] ?? 0) ^ (whole[i] ?? 0))) === 0;
  });
}

describe('tears', () => {
  it('each have a model that says what it befalls, and why', () => {
    for (const tear of TEARS) {
      const model = TEAR_MODELS[tear];
      assert.equal(model.tear, tear);
      assert.ok(model.operations.length > 0 && model.flash.length > 0);
      assert.ok(model.physics.endsWith('.') && model.source.length > 10);
    }
  });

  it('fit, or have kin that fits, whatever they strike', () => {
    for (const tear of TEARS) {
      for (const kind of ['write', 'erase', 'fuse'] as const) {
        for (const flash of ['nrf52-nvmc', 'spi-nor'] as const) {
          assert.ok(tearFits(fittingTear(tear, kind, flash), kind, flash), `${tear} ${kind}`);
        }
      }
    }
  });

  it('leave each bit as it was or as the operation would make it, but for zeros that an erase begins with', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.array(operation, { maxLength: 6 }),
        operation,
        strike,
        (kind, past, last, { tear, seed }) => {
          fc.pre(last.kind !== 'fuse' && fittingTear(tear, last.kind, kind) !== 'preprogrammed');
          const [torn, whole] = [storageOf(kind), storageOf(kind)];
          for (const one of past) for (const storage of [torn, whole]) storage.apply(one);
          const before = torn.bytes.slice();
          whole.apply(last);
          torn.tear(last, tear, seed);
          assert.ok(isBetween(before, whole.bytes, torn.bytes));
          torn.powerUp();
          assert.ok(isBetween(before, whole.bytes, torn.bytes));
        },
      ),
    );
  });

  it('obey the law of NOR: only an erase sets bits, only a burn sets fuses, neighbours stay', () => {
    fc.assert(
      fc.property(kinds, fc.array(fc.tuple(operation, strike), { maxLength: 12 }), (kind, steps) => {
        const storage = storageOf(kind);
        for (const [one, { tear, seed }] of steps) {
          const [flash, fuses] = [storage.bytes.slice(), storage.fuses.slice()];
          storage.tear(one, tear, seed);
          if (one.kind !== 'erase')
            assert.ok(storage.bytes.every((byte, i) => (byte & ~(flash[i] ?? 0)) === 0));
          assert.ok(storage.fuses.every((word, i) => ((fuses[i] ?? 0) & ~word) === 0));
          if (one.kind === 'fuse') assert.deepEqual(storage.bytes, flash);
          else assert.deepEqual(storage.fuses, fuses);
        }
      }),
    );
  });

  it('can be told apart by their seeds, and are repeated by them', () => {
    const left = (tear: Tear, seed: number) => {
      const storage = storageOf('spi-nor');
      storage.write(0, new Uint8Array(PAGE).fill(0x5a));
      const [struck] = TEAR_MODELS[tear].operations;
      if (struck === 'erase') storage.tear({ kind: 'erase', address: 0, length: PAGE }, tear, seed);
      else storage.tear({ kind: 'write', address: PAGE, data: new Uint8Array(512) }, tear, seed);
      return storage.digest();
    };
    for (const tear of TEARS.filter((one) => TEAR_MODELS[one].seeded)) {
      assert.equal(left(tear, 3), left(tear, 3));
      assert.ok(new Set([1, 2, 3, 4, 5].map((seed) => left(tear, seed))).size > 1, tear);
    }
  });

  it('program a word at a time behind the NVMC, a page of 256 bytes at a time in a serial chip', () => {
    const spans = (kind: FlashKind) =>
      Array.from({ length: 60 }, (_, seed) => {
        const storage = storageOf(kind);
        storage.tear({ kind: 'write', address: 0, data: new Uint8Array(1024) }, 'half-programmed', seed);
        const isMixed = (at: number) => ![0, 0xff].includes(storage.bytes[at] ?? 0);
        const mixed = Array.from({ length: 1024 }, (_byte, at) => at).filter(isMixed);
        return Math.floor((mixed.at(-1) ?? 0) / 4) - Math.floor((mixed[0] ?? 0) / 4);
      });
    assert.equal(Math.max(...spans('nrf52-nvmc')), 0);
    assert.ok(Math.max(...spans('spi-nor')) > 32);
  });
});

describe('weak cells', () => {
  it('of a write read differently from boot to boot, the same way each time, until they are programmed again', () => {
    const boots = () => {
      const storage = storageOf('nrf52-nvmc');
      storage.tear({ kind: 'write', address: 0, data: new Uint8Array(4) }, 'weak-bits', 5);
      const seen = Array.from({ length: 12 }, () => {
        storage.powerUp();
        return Buffer.from(storage.bytes.subarray(0, 4)).toString('hex');
      });
      return { storage, seen };
    };
    const { storage, seen } = boots();
    assert.ok(new Set(seen).size > 1);
    assert.deepEqual(boots().seen, seen);
    storage.write(0, new Uint8Array(4));
    for (let boot = 0; boot < 8; boot++) {
      storage.powerUp();
      assert.deepEqual([...storage.bytes.subarray(0, 4)], [0, 0, 0, 0]);
    }
  });

  it('of an erase read blank at first, fall back later, and never again after an erase that is whole', () => {
    const storage = storageOf('nrf52-nvmc');
    storage.write(0, new Uint8Array(PAGE));
    storage.tear({ kind: 'erase', address: 0, length: PAGE }, 'weak-erase', 1);
    const blank = () => storage.bytes.subarray(0, PAGE).every((byte) => byte === 0xff);
    storage.powerUp();
    assert.ok(blank());
    for (let boot = 0; boot < 6; boot++) storage.powerUp();
    assert.ok(!blank());
    storage.erase(0, PAGE);
    for (let boot = 0; boot < 6; boot++) storage.powerUp();
    assert.ok(blank());
  });

  it('are part of a state: what reads the same now and not later has another digest', () => {
    const [weak, sound] = [storageOf('nrf52-nvmc'), storageOf('nrf52-nvmc')];
    for (const storage of [weak, sound]) storage.write(0, new Uint8Array(PAGE));
    weak.tear({ kind: 'erase', address: 0, length: PAGE }, 'weak-erase', 1);
    sound.erase(0, PAGE);
    assert.deepEqual(weak.bytes, sound.bytes);
    assert.notEqual(weak.digest(), sound.digest());
  });

  it('come back with a mark and with a checkpoint, and so do their later boots', () => {
    const steps = fc.array(fc.tuple(operation, strike), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(kinds, steps, steps, (kind, first, second) => {
        const storage = storageOf(kind);
        play(storage, first);
        const [digest, saved] = [storage.digest(), storage.save()];
        const future = () => {
          for (let boot = 0; boot < 3; boot++) storage.powerUp();
          return storage.digest();
        };
        const mark = storage.mark();
        const expected = future();
        storage.rewind(mark);
        const again = storage.mark();
        play(storage, second);
        storage.rewind(again);
        assert.equal(storage.digest(), digest);
        play(storage, second);
        storage.load(saved);
        assert.equal(storage.digest(), digest);
        assert.equal(future(), expected);
      }),
    );
  });

  it('of a fuse read burned at one boot and not at another', () => {
    const storage = storageOf('nrf52-nvmc');
    storage.tear({ kind: 'fuse', address: 1, bits: 0xff }, 'weak-bits', 2);
    const seen = Array.from({ length: 10 }, () => {
      storage.powerUp();
      return storage.fuses[1];
    });
    assert.ok(new Set(seen).size > 1 && seen.every((word) => (word ?? 0) <= 0xff));
  });
});

describe('wear', () => {
  it('counts the erases of each page, whole ones and torn, and goes back with a mark', () => {
    const storage = storageOf('nrf52-nvmc');
    storage.erase(0, 2 * PAGE);
    const mark = storage.mark();
    storage.arm({ index: 1, tear: 'partial-erase', seed: 1 });
    storage.erase(0, PAGE);
    assert.throws(() => storage.erase(0, PAGE), PowerLost);
    assert.deepEqual([...storage.erases], [3, 1, 0, 0]);
    storage.rewind(mark);
    assert.deepEqual([...storage.erases], [1, 1, 0, 0]);
  });
});
