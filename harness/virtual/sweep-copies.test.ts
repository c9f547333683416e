import assert from 'node:assert/strict';
import { conductSweep, runSweep, sequenceOf } from '#core/conduct-sweep.ts';
import type { CutObservation, SweepPlan, SweepSummary, SweepWork } from '#core/cut-sweep.ts';
import { TEARS } from '#core/tear.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { SiliconSweep } from '#virtual/sweep.ts';

const golden = factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage({ size: 3000 }), 2);
const image = referenceImage({ version: '1.3.0', counter: 4, size: 2500, seed: 2 });
const { signal } = new AbortController();
const shallow: SweepPlan = { phase: 'upgrade', image, tears: TEARS, seed: 9, rolls: 2 };
const deep: SweepPlan = { phase: 'confirm', image, tears: TEARS, seed: 9, depth: 2 };

interface Swept {
  readonly summary: SweepSummary;
  readonly cuts: readonly CutObservation[];
}

function sweepOf(...flaws: readonly McubootFlaw[]): SiliconSweep {
  const silicon = referenceChip(...flaws);
  return new SiliconSweep({ silicon, prepare: () => silicon.storage.load(golden), clock: new SimClock() });
}

/** A copy that is slower at some pieces than at others. */
function uneven(work: SweepWork, turns: number): SweepWork {
  let turn = turns;
  const wait = async () => {
    turn = (turn * 5 + 3) % 7;
    for (let i = 0; i < turn; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    facts: work.facts,
    cutsAt: work.cutsAt,
    know: (cuts) => work.know(cuts),
    cut: (first, end, options) => wait().then(() => work.cut(first, end, options)),
    cutAgain: (deeper, options) => wait().then(() => work.cutAgain(deeper, options)),
    close: () => work.close(),
  };
}

async function swept(plan: SweepPlan, copies: number, prior: readonly CutObservation[] = []): Promise<Swept> {
  const works = await Promise.all(
    Array.from({ length: copies }, async (_, turn) => uneven(await sweepOf().open(plan, { signal }), turn)),
  );
  const cuts: CutObservation[] = [];
  const summary = await conductSweep(plan, works, { signal, prior, onCut: (cut) => cuts.push(cut) });
  await Promise.all(works.map((work) => work.close()));
  return { summary, cuts };
}

describe('a sweep shared out', () => {
  for (const [name, plan] of [
    ['single cuts', shallow],
    ['two cuts', deep],
  ] as const) {
    it(`${name}: comes to the same on one copy of the board, on two and on three`, async () => {
      const one = await swept(plan, 1);
      assert.ok(one.summary.judged > 0 && one.summary.recognised > 0);
      assert.deepEqual(await swept(plan, 2), one);
      assert.deepEqual(await swept(plan, 3), one);
    });

    it(`${name}: comes to the same from any part of it that was made before`, async () => {
      const whole = await swept(plan, 1);
      for (const share of [0.2, 0.7, 1]) {
        const prior = whole.cuts.slice(0, Math.floor(whole.cuts.length * share));
        assert.deepEqual(await swept(plan, 2, prior), whole);
      }
    });
  }

  it('counts each cut once, as judged or as recognised', async () => {
    const { summary, cuts } = await swept(deep, 1);
    assert.equal(summary.judged + summary.recognised, summary.cuts);
    assert.equal(summary.judged, summary.states);
    assert.equal(cuts.filter(({ recognised }) => !recognised).length, summary.judged);
    assert.equal(new Set(cuts.map(({ left }) => left)).size, summary.states);
    const byTear = Object.values(summary.byTear).reduce((sum, { cuts: made }) => sum + made, 0);
    assert.equal(byTear, summary.cuts);
    assert.equal(summary.byDepth.length, 2);
  });
});

describe('a sweep that may end early', () => {
  it('makes no cut more than wanted, looks far apart first, and says that it was not all', async () => {
    const cuts: CutObservation[] = [];
    const onCut = (cut: CutObservation) => cuts.push(cut);
    const summary = await runSweep(sweepOf(), deep, { signal, onCut, isEnough: () => cuts.length === 7 });
    assert.deepEqual([cuts.length, summary.cuts, summary.complete], [7, 7, false]);
    const places = [...new Set(cuts.map(({ operation }) => operation))];
    assert.ok(places.length > 1 && (places[1] ?? 0) >= summary.operations / 3);
  });

  it('still ends by whatever else goes wrong', async () => {
    const broken = new Error('the disk is full');
    const onCut = () => {
      throw broken;
    };
    await assert.rejects(runSweep(sweepOf(), deep, { signal, onCut, isEnough: () => true }), broken);
  });
});

describe('several cuts in one update', () => {
  it('are made again, one by one, and leave the same bytes', async () => {
    const { cuts } = await swept(deep, 1);
    const twice = cuts.filter(({ later }) => later !== undefined);
    const plain = sweepOf();
    for (const cut of twice.filter((_, at) => at % Math.ceil(twice.length / 25) === 0)) {
      const again = await plain.repeat(deep, sequenceOf(cut), { signal });
      assert.deepEqual({ ...again, recognised: cut.recognised }, cut);
    }
  });

  it('reach three, within a budget that says that it ended the search', async () => {
    const plan: SweepPlan = { ...deep, depth: 3, budget: 300 };
    const { summary, cuts } = await swept(plan, 1);
    assert.equal(summary.complete, false);
    assert.equal(summary.byDepth.length, 3);
    assert.ok(cuts.some(({ later }) => later?.length === 2));
    assert.deepEqual(await swept(plan, 2), { summary, cuts });
  });

  it('cannot be repeated where the board never comes to them', async () => {
    const cut = { operation: 9999, tear: 'before', seed: 0 } as const;
    await assert.rejects(sweepOf().repeat(deep, [cut], { signal }), { code: 'cut-not-there' });
    await assert.rejects(sweepOf().repeat(deep, [], { signal }), { code: 'cut-not-there' });
  });
});

describe('a sweep, seen from outside', () => {
  it('tells which page the phase wears out most', async () => {
    const plan: SweepPlan = { ...shallow, tears: ['before'] };
    const summary = await runSweep(sweepOf(), plan, { signal, onCut: () => undefined });
    assert.ok(summary.wear !== null && summary.wear.erases >= 1);
    assert.equal(summary.wear.address % NRF52840_SHAPE.page, 0);
  });

  it('reports progress up to the number of its cuts', async () => {
    const seen: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number) => seen.push([done, total]);
    const summary = await runSweep(sweepOf(), shallow, { signal, onCut: () => undefined, onProgress });
    assert.deepEqual(seen.at(-1), [summary.cuts, summary.cuts]);
    assert.ok(seen.length > 2 && seen.every(([done, total]) => done <= total));
  });
});
