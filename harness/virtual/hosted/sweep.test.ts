import assert from 'node:assert/strict';
import { runSweep } from '#core/conduct-sweep.ts';
import type { CutObservation, CutSweep, Phase, SweepPlan, SweepSummary } from '#core/cut-sweep.ts';
import { dice } from '#core/dice.ts';
import { TEARS } from '#core/tear.ts';
import type { FlashOperation, HostedChip, HostedOptions, HostedRun, Wish } from '#virtual/hosted/chip.ts';
import { HostedSilicon } from '#virtual/hosted/silicon.ts';
import { HostedSweep } from '#virtual/hosted/sweep.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import type { BootedApp } from '#virtual/silicon.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { Storage } from '#virtual/storage.ts';
import { SiliconSweep } from '#virtual/sweep.ts';

const golden = factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage({ size: 9000 }), 2);
/** With the counter of the golden image: a hosted chip burns no fuses. */
const image = referenceImage({ version: '1.3.0', counter: 2, size: 7000, seed: 2 });
const { page } = NRF52840_SHAPE;

/** Pages that hold headers and trailers. */
const RECORDS = new Set(
  [NRF52840_LAYOUT.primary, NRF52840_LAYOUT.secondary].flatMap(({ offset, size }) => [
    offset,
    offset + size - page,
    offset + size - 2 * page,
  ]),
);

type Did = Omit<HostedRun, 'reads'>;
/** All of flash. */
const EVERYTHING = [{ address: 0, length: NRF52840_SHAPE.size }];

/** A simulated chip that is run as an emulated machine is: by its flash alone. */
class TwinChip implements HostedChip {
  runs = 0;
  readonly #flaws: readonly McubootFlaw[];

  constructor(flaws: readonly McubootFlaw[]) {
    this.#flaws = flaws;
  }

  run(flash: Uint8Array, wish: Wish, { closely }: Pick<HostedOptions, 'closely'>): Promise<HostedRun> {
    this.runs += 1;
    const did = this.#do(flash, wish);
    // Headers and trailers are read at every boot; who reads a page of code does something else when there is noise in it.
    if (closely === null || RECORDS.has(closely)) return Promise.resolve({ ...did, reads: EVERYTHING });
    const noise = flash.slice();
    const roll = dice(closely);
    for (let at = closely; at < closely + page; at++) noise[at] = roll(256);
    const others = [
      { address: 0, length: closely },
      { address: closely + page, length: NRF52840_SHAPE.size - closely - page },
    ];
    return Promise.resolve({ ...did, reads: sameDeeds(did, this.#do(noise, wish)) ? others : EVERYTHING });
  }

  #do(flash: Uint8Array, wish: Wish): Did {
    const { storage, ...chip } = this.#chip(flash);
    const booting: FlashOperation[] = [];
    const working: FlashOperation[] = [];
    let list = booting;
    storage.onOperation = (operation) => {
      assert.notEqual(operation.kind, 'fuse');
      if (operation.kind === 'write') list.push({ ...operation, data: operation.data.slice() });
      if (operation.kind === 'erase') list.push(operation);
    };
    const app = chip.boot();
    list = working;
    const granted = app !== null && chip.grant(app, wish);
    return { app, granted, booting, working, flash: storage.bytes };
  }

  #chip(flash: Uint8Array) {
    const silicon = referenceChip(...this.#flaws);
    silicon.storage.load({ ...golden, flash });
    const grant = (app: BootedApp, wish: Wish): boolean => {
      if (wish.kind === 'stage') silicon.stage(app, wish.image);
      if (wish.kind !== 'confirm') return wish.kind === 'stage';
      return app.identity === wish.identity && !app.confirmed && silicon.confirm(app);
    };
    return { storage: silicon.storage, boot: () => silicon.boot().app, grant };
  }
}

function sameDeeds(a: Did, b: Did): boolean {
  const deeds = ({ app, granted, booting, working }: Did) => ({ app, granted, booting, working });
  try {
    assert.deepEqual(deeds(a), deeds(b));
    return true;
  } catch {
    return false;
  }
}

async function swept(sweep: CutSweep, plan: SweepPlan) {
  const cuts: CutObservation[] = [];
  const { signal } = new AbortController();
  const summary = await runSweep(sweep, plan, { signal, onCut: (cut) => cuts.push(cut) });
  return { summary, cuts };
}

function hosted(...flaws: readonly McubootFlaw[]) {
  const chip = new TwinChip(flaws);
  const silicon = new HostedSilicon(chip, new Storage({ ...NRF52840_SHAPE, fuses: 0 }));
  const content = { flash: golden.flash, fuses: new Uint32Array() };
  return { chip, sweep: new HostedSweep({ silicon, golden: content, release: () => Promise.resolve() }) };
}

function simulated(): SiliconSweep {
  const silicon = referenceChip();
  return new SiliconSweep({ silicon, prepare: () => silicon.storage.load(golden), clock: new SimClock() });
}

/** What was seen of a cut, whoever made it; digests are of different storages and only their being equal counts. */
function told(cut: CutObservation) {
  const { left: _left, state: _state, recognised: _known, alike: _alike, replayed: _replayed, ...seen } = cut;
  return seen;
}

/** Numbers of equal digests, in the order in which they first came. */
function pattern(digests: readonly string[]): readonly number[] {
  const order = [...new Set(digests)];
  return digests.map((digest) => order.indexOf(digest));
}

function figures({ operations, traceDigest, cuts, states, endStates }: SweepSummary) {
  return { operations, traceDigest, cuts, states, endStates };
}

describe('virtual/hosted/sweep', function () {
  this.timeout(60_000);

  it('cuts the refusal of a forged update also where nothing runs after it, for that is the board’s own doing', async () => {
    const forged = image.slice();
    forged[0x300] = (forged[0x300] ?? 0) ^ 1;
    const plan: SweepPlan = { phase: 'upgrade', image: forged, refused: 'forged', tears: TEARS, seed: 1 };
    const boots = async (...flaws: readonly McubootFlaw[]) => {
      const { cuts } = await swept(hosted(...flaws).sweep, plan);
      return cuts.map((cut) => cut.boots.at(-1)?.identity);
    };
    assert.ok((await boots()).every((identity) => identity !== null));
    assert.ok((await boots('mcuboot/validated-after-swap')).includes(null));
  });

  it('cuts a transfer also where nothing runs after it, and not where the old image still does', async () => {
    const cutsOf = async (bytes: Uint8Array, ...flaws: readonly McubootFlaw[]) => {
      const plan: SweepPlan = { phase: 'upload', image: bytes, tears: ['before'], seed: 1 };
      return (await swept(hosted(...flaws).sweep, plan)).cuts;
    };
    const forged = image.slice();
    forged[0x300] = (forged[0x300] ?? 0) ^ 1;
    const cuts = await cutsOf(forged, 'mcuboot/validated-after-swap');
    assert.ok(cuts.length > 0);
    await assert.rejects(cutsOf(forged), { code: 'sweep-without-control' });
  });

  for (const phase of ['upload', 'upgrade', 'revert', 'confirm'] as const satisfies readonly Phase[]) {
    it(`sees of ${phase} what a sweep of the same chip in this process sees, with fewer recoveries run`, async () => {
      const plan: SweepPlan = { phase, image, tears: TEARS, seed: 5 };
      const known = await swept(simulated(), plan);
      const { chip, sweep } = hosted();
      const seen = await swept(sweep, plan);
      assert.deepEqual(seen.cuts.map(told), known.cuts.map(told));
      assert.deepEqual(figures(seen.summary), figures(known.summary));
      for (const which of ['left', 'state'] as const) {
        const [ours, theirs] = [seen, known].map(({ cuts }) => pattern(cuts.map((cut) => cut[which])));
        assert.deepEqual(ours, theirs, which);
      }
      assert.ok(chip.runs > 0);
      if (phase === 'confirm') return;
      assert.ok(seen.summary.judged < known.summary.judged);
      assert.equal(seen.summary.judged + seen.summary.alike, known.summary.judged);
    });
  }

  it('repeats a cut that was only known from its like, to the same bytes', async () => {
    const plan: SweepPlan = { phase: 'upload', image, tears: TEARS, seed: 5 };
    const { sweep } = hosted();
    const { cuts } = await swept(sweep, plan);
    const alike = cuts.filter((cut) => cut.alike === true);
    assert.ok(alike.length > 10);
    const { signal } = new AbortController();
    for (const cut of alike.slice(0, 12)) {
      const again = await sweep.repeat(plan, [cut], { signal });
      assert.deepEqual([again.left, again.state, again.boots], [cut.left, cut.state, cut.boots]);
    }
  });
});
