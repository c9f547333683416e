import assert from 'node:assert/strict';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { McubootChip } from '#virtual/mcuboot/chip.ts';
import { bench, damage, running, traceOf, update, upload } from '#virtual/mcuboot/modes.fixture.ts';
import { classIdOf } from '#codecs/mcuboot-build.ts';
import { type BootModeName, profileWith } from '#virtual/mcuboot/profile.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import { NRF52840_SHAPE, REFERENCE_KEY, referenceImage } from '#virtual/mcuboot/reference.ts';
import { Storage, type StorageOperation } from '#virtual/storage.ts';

const SWAPS = ['swap-using-scratch', 'swap-using-move', 'swap-using-offset'] as const;
const OVERWRITES = ['overwrite-only', 'overwrite-only-fast'] as const;

/** The slots of upstream's simulator on its nRF52840, which the counts of operations were measured with. */
const SIMULATED = {
  primary: { name: 'slot0', offset: 0x8000, size: 0x3_4000 },
  secondary: { name: 'slot1', offset: 0x3_c000, size: 0x3_4000 },
  scratch: { name: 'scratch', offset: 0x7_0000, size: 0xd000 },
};

function simulated(mode: BootModeName): McubootChip {
  const profile = profileWith({ mode, downgradePrevention: 'none', hardwareCounter: false });
  const storage = new Storage(NRF52840_SHAPE);
  storage.load(factoryContent(NRF52840_SHAPE, SIMULATED, referenceImage({ size: 42_784 }), 0, profile));
  const trustedKeys = [REFERENCE_KEY.publicDer];
  return new McubootChip({
    storage,
    layout: SIMULATED,
    profile,
    trustedKeys,
    classId: classIdOf('reference'),
    flaws: new Set(),
  });
}

function counted(trace: readonly StorageOperation[]) {
  const of = (wanted: StorageOperation['kind']) => trace.filter(({ kind }) => kind === wanted).length;
  return { write: of('write'), erase: of('erase') };
}

describe('MCUboot modes: operations, as counted on bootutil', () => {
  const measured: readonly [BootModeName, { readonly write: number; readonly erase: number }][] = [
    ['swap-using-scratch', { write: 156, erase: 52 }],
    ['swap-using-move', { write: 185, erase: 38 }],
    ['swap-using-offset', { write: 126, erase: 26 }],
    ['overwrite-only', { write: 208, erase: 54 }],
    ['overwrite-only-fast', { write: 48, erase: 15 }],
  ];
  for (const [mode, count] of measured) {
    it(`${mode} installs a final update with ${count.write} writes and ${count.erase} erases`, () => {
      const chip = simulated(mode);
      upload(chip, referenceImage({ version: '1.3.0', size: 46_928 }));
      assert.equal(chip.images.setPending(null, true), 0);
      const trace = traceOf(chip, () => assert.equal(running(chip).version, '1.3.0'));
      assert.deepEqual(counted(trace), count);
      running(chip);
      assert.deepEqual(
        traceOf(chip, () => running(chip)),
        [],
      );
    });
  }
});

describe('MCUboot modes: what becomes of an update', () => {
  for (const mode of SWAPS) {
    it(`${mode} tries it, and returns to the old image bit for bit`, () => {
      const { chip, primary } = bench(mode);
      const before = primary.bytes.slice(0, referenceImage().length);
      chip.stage(running(chip), update);
      assert.deepEqual([running(chip).confirmed, storedCounter(chip.storage)], [false, 2]);
      const back = running(chip);
      assert.deepEqual([back.version, back.confirmed], ['1.2.0', true]);
      assert.deepEqual(primary.bytes.slice(0, before.length), before);
      chip.stage(back, update);
      assert.equal(running(chip).version, '1.3.0');
    });

    it(`${mode} keeps it once it is confirmed, and the counter follows at the next boot`, () => {
      const { chip } = bench(mode);
      chip.stage(running(chip), update);
      assert.equal(chip.confirm(running(chip)), true);
      assert.equal(storedCounter(chip.storage), 2);
      assert.deepEqual([running(chip).version, running(chip).confirmed], ['1.3.0', true]);
      assert.equal(storedCounter(chip.storage), 3);
    });
  }

  for (const mode of [...SWAPS, ...OVERWRITES]) {
    it(`${mode} installs a final one for good, counter and all`, () => {
      const { chip } = bench(mode);
      upload(chip, update);
      assert.equal(chip.images.setPending(null, true), 0);
      const app = running(chip);
      assert.deepEqual([app.version, app.confirmed, storedCounter(chip.storage)], ['1.3.0', true, 3]);
      assert.equal(running(chip).version, '1.3.0');
    });

    it(`${mode} refuses and erases an older one, and one with a lower counter`, () => {
      for (const refused of [
        referenceImage({ version: '1.1.0' }),
        referenceImage({ version: '1.4.0', counter: 1 }),
      ]) {
        const { chip, secondary } = bench(mode);
        chip.stage(running(chip), refused);
        assert.equal(running(chip).version, '1.2.0');
        assert.ok(secondary.bytes.every((byte) => byte === 0xff));
      }
    });
  }

  for (const mode of OVERWRITES) {
    it(`${mode} makes every update final`, () => {
      const { chip } = bench(mode);
      chip.stage(running(chip), update);
      const app = running(chip);
      assert.deepEqual([app.version, app.confirmed, storedCounter(chip.storage)], ['1.3.0', true, 3]);
      assert.equal(running(chip).version, '1.3.0');
    });
  }
});

describe('MCUboot modes: a power cut', () => {
  for (const mode of [...SWAPS, ...OVERWRITES]) {
    it(`between any two operations of an installation in ${mode} is recovered from at the next boot`, () => {
      const { chip } = bench(mode);
      chip.stage(running(chip), update);
      const seen = new Set<string>();
      // A slot that is copied whole is mostly empty: some of its operations stand for the others.
      const stride = mode === 'overwrite-only' ? 29 : 1;
      for (const [index, operation] of traceOf(chip, () => running(chip)).entries()) {
        const look = index % stride === 0 ? traceOf : () => [];
        look(chip, () => {
          const [first, second] = [running(chip).version, running(chip).version];
          seen.add(first);
          assert.ok(['1.2.0', '1.3.0'].includes(second));
        });
        chip.storage.apply(operation);
      }
      assert.ok(seen.has('1.3.0'));
    });
  }
});

describe('MCUboot modes: what a build leaves out', () => {
  for (const mode of SWAPS) {
    it(`${mode} boots a damaged image where the primary slot is not validated`, () => {
      for (const validatePrimary of [true, false]) {
        const { chip, primary } = bench(mode, { validatePrimary });
        damage(chip, (flash) => flash.fill(0, primary.address + 0x400, primary.address + 0x404));
        assert.equal(chip.boot().app?.version ?? null, validatePrimary ? null : '1.2.0');
        damage(chip, (flash) => flash.fill(0, primary.address, primary.address + 4));
        assert.equal(chip.boot().app, null);
      }
    });

    it(`${mode} compares counters instead of versions where it is told to`, () => {
      const options = { downgradePrevention: 'security-counter', hardwareCounter: false } as const;
      const installed = (version: string, counter: number | null) => {
        const { chip } = bench(mode, options);
        chip.stage(running(chip), referenceImage({ version, counter }));
        return running(chip).version === version;
      };
      assert.deepEqual(
        [installed('1.1.0', 2), installed('1.1.0', 3), installed('1.4.0', 1), installed('1.4.0', null)],
        [true, true, false, false],
      );
    });

    it(`${mode} takes anything signed where nothing prevents a downgrade`, () => {
      const { chip } = bench(mode, { downgradePrevention: 'none', hardwareCounter: false });
      chip.stage(running(chip), referenceImage({ version: '0.1.0', counter: null }));
      assert.equal(running(chip).version, '0.1.0');
      assert.equal(storedCounter(chip.storage), 2);
    });
  }

  it('overwriting knows versions alone, whatever it is told to compare', () => {
    const { chip } = bench('overwrite-only', {
      downgradePrevention: 'security-counter',
      hardwareCounter: false,
    });
    chip.stage(running(chip), referenceImage({ version: '1.1.0', counter: 9 }));
    const { app, log } = chip.boot();
    assert.equal(app?.version, '1.2.0');
    assert.ok(log.includes('E: Insufficient version in secondary slot'));
  });
});

describe('swap using scratch', () => {
  it('goes through scratch with an image that reaches into the trailer’s sector', () => {
    const { chip } = bench('swap-using-scratch');
    const overhead = referenceImage({ size: 2048 }).length - 2048;
    const size = chip.images.maxImageSize - overhead - 8;
    const large = referenceImage({ version: '1.3.0', size });
    chip.stage(running(chip), large);
    assert.equal(running(chip).version, '1.3.0');
    assert.equal(running(chip).version, '1.2.0');
  });

  it('stops at a journal out of order where the primary slot is not validated', () => {
    for (const validatePrimary of [true, false]) {
      const { chip, primary } = bench('swap-using-scratch', { validatePrimary });
      damage(chip, (flash) => {
        for (const cell of [0, 1, 5]) flash[primary.address + primary.at.status + cell * primary.word] = 1;
      });
      const { log } = chip.boot();
      assert.ok(log.includes('E: Detected inconsistent status!'));
      assert.equal(/ASSERTION FAIL.*swap_scratch/.test(log.at(-1) ?? ''), !validatePrimary);
    }
  });
});

describe('swap using offset', () => {
  it('leaves the first sector of the update slot free, and finds the old image there afterwards', () => {
    const { chip, secondary } = bench('swap-using-offset');
    chip.stage(running(chip), update);
    assert.ok(secondary.bytes.subarray(0, secondary.sector).every((byte) => byte === 0xff));
    running(chip);
    assert.deepEqual([...secondary.bytes.subarray(0, 4)], [0x3d, 0xb8, 0xf3, 0x96]);
    assert.deepEqual(
      chip.images.list().map(({ slot, version, confirmed }) => [slot, version, confirmed]),
      [
        [0, '1.3.0', false],
        [1, '1.2.0', true],
      ],
    );
  });
});
