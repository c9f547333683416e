import assert from 'node:assert/strict';
import { runSweep } from '#core/conduct-sweep.ts';
import type { CutObservation, Phase, SweepSummary } from '#core/cut-sweep.ts';
import { BenchError } from '#core/errors.ts';
import { BOUNDARIES, type Tear } from '#core/tear.ts';
import { type McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { SiliconSweep } from '#virtual/sweep.ts';

const SEED = 11;
const TORN: readonly Tear[] = ['prefix', 'half-programmed', 'partial-erase'];
const TEARS: readonly Tear[] = [...BOUNDARIES, ...TORN];
const PHASES: readonly Phase[] = ['upload', 'upgrade', 'revert', 'confirm'];
const golden = factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage({ size: 9000 }), 2);
const image = referenceImage({ version: '1.3.0', counter: 4, size: 7000, seed: 2 });

interface Swept {
  readonly summary: SweepSummary;
  readonly cuts: readonly CutObservation[];
}

function bench(...flaws: readonly McubootFlaw[]) {
  const silicon = referenceChip(...flaws);
  return { silicon, prepare: () => silicon.storage.load(golden), clock: new SimClock() };
}

async function sweep(phase: Phase, ...flaws: readonly McubootFlaw[]): Promise<Swept> {
  const cuts: CutObservation[] = [];
  const { signal } = new AbortController();
  const plan = { phase, image, tears: TEARS, seed: SEED };
  const summary = await runSweep(new SiliconSweep(bench(...flaws)), plan, {
    signal,
    onCut: (cut) => cuts.push(cut),
  });
  return { summary, cuts };
}

/** What the power-loss rules have against a cut; empty for a sound board. */
function faults(cut: CutObservation, { before, update }: SweepSummary, phase: Phase): readonly string[] {
  const ran = cut.boots.map(({ identity }) => identity);
  const confirmed = cut.boots.findIndex((boot) => boot.identity === update && boot.confirmed);
  return [
    ...(ran.includes(null) ? ['nothing boots'] : []),
    ...(ran.some((identity) => ![null, before, update].includes(identity)) ? ['a third image runs'] : []),
    ...(confirmed !== -1 && ran.slice(confirmed).some((identity) => identity !== update)
      ? ['goes back']
      : []),
    ...(phase === 'revert' && ran.at(-1) !== before ? ['the revert is lost'] : []),
    ...(cut.settledAfter > 2 ? ['does not settle'] : []),
    ...(cut.updatable ? [] : ['cannot be updated any more']),
  ];
}

async function faultsOf(phase: Phase, ...flaws: readonly McubootFlaw[]): Promise<ReadonlySet<string>> {
  const { summary, cuts } = await sweep(phase, ...flaws);
  return new Set(cuts.flatMap((cut) => faults(cut, summary, phase)));
}

describe('power-loss sweep of a sound MCUboot chip', () => {
  for (const phase of PHASES) {
    it(`${phase}: every cut leaves a board that boots old or update, and stays so`, async () => {
      const { summary, cuts } = await sweep(phase);
      assert.deepEqual(
        cuts.filter((cut) => faults(cut, summary, phase).length > 0),
        [],
      );
      assert.equal(cuts.length, summary.cuts);
    });
  }

  it('reaches both outcomes, and every kind of operation', async () => {
    const swept = await Promise.all(PHASES.map((phase) => sweep(phase)));
    const cuts = swept.flatMap(({ cuts: each }) => each);
    assert.deepEqual(new Set(cuts.map(({ kind }) => kind)), new Set(['write', 'erase', 'fuse']));
    assert.equal(new Set(cuts.flatMap(({ boots }) => boots.map(({ identity }) => identity))).size, 2);
  });

  it('gives the same again for the same seed', async () => {
    assert.deepEqual(await sweep('revert'), await sweep('revert'));
  });

  it('leaves the golden state behind', async () => {
    const setting = bench();
    const { signal } = new AbortController();
    await runSweep(
      new SiliconSweep(setting),
      { phase: 'upgrade', image, tears: TORN, seed: 1 },
      { signal, onCut: () => undefined },
    );
    assert.deepEqual(setting.silicon.storage.save(), golden);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const plan = { phase: 'upgrade', image, tears: TEARS, seed: 1 } as const;
    const run = runSweep(new SiliconSweep(bench()), plan, {
      signal: stop.signal,
      onCut: () => stop.abort(new Error('enough')),
    });
    await assert.rejects(run, /enough/);
  });

  it('does not begin with an update that the board refuses', async () => {
    const refused = referenceImage({ version: '1.0.0' });
    const { signal } = new AbortController();
    const plan = { phase: 'upgrade', image: refused, tears: TEARS, seed: 1 } as const;
    await assert.rejects(
      runSweep(new SiliconSweep(bench()), plan, { signal, onCut: () => undefined }),
      (error) => error instanceof BenchError && error.code === 'sweep-without-control',
    );
  });
});

describe('power-loss sweep against the plain way', () => {
  for (const phase of PHASES) {
    it(`${phase}: walking the trace sees what arming a cut sees`, async () => {
      const { cuts } = await sweep(phase);
      const sample = cuts.filter((_, at) => at % 9 === 0).slice(0, 60);
      const { signal } = new AbortController();
      const plain = new SiliconSweep(bench());
      for (const cut of sample) {
        const again = await plain.repeat({ phase, image }, [cut], { signal });
        assert.deepEqual(again, { ...cut, recognised: false });
      }
    });
  }
});

describe('power-loss sweep of flawed MCUboot chips', () => {
  const expected: readonly [McubootFlaw, Phase, readonly string[]][] = [
    ['mcuboot/swap-not-journalled', 'upgrade', ['nothing boots']],
    ['mcuboot/status-before-copy', 'upgrade', ['nothing boots']],
    ['mcuboot/copy-done-first', 'upgrade', ['nothing boots']],
    ['mcuboot/trailer-cleared-first', 'revert', ['the revert is lost']],
    ['mcuboot/torn-magic-accepted', 'revert', ['the revert is lost']],
    ['mcuboot/revert-not-resumable', 'revert', ['the revert is lost']],
    ['mcuboot/revert-taken-for-downgrade', 'revert', ['the revert is lost']],
    ['mcuboot/upload-to-running-slot', 'upload', ['nothing boots']],
    ['mcuboot/confirm-not-stored', 'upgrade', ['goes back']],
  ];
  for (const [flaw, phase, seen] of expected) {
    it(`${flaw}: ${seen.join(', ')} in ${phase}`, async () => {
      const found = await faultsOf(phase, flaw);
      assert.ok(
        seen.every((fault) => found.has(fault)),
        [...found].join(', '),
      );
    });
  }
});
