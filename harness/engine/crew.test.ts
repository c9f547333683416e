import assert from 'node:assert/strict';
import { conductSweep } from '#core/conduct-sweep.ts';
import type { CutObservation, SweepPlan, SweepSummary, SweepWork } from '#core/cut-sweep.ts';
import { TEARS } from '#core/tear.ts';
import { Crew } from '#engine/crew.ts';
import { loadBench } from '#engine/load-bench.ts';

const BOARD = 'nrf52840-dk';
const calm = new AbortController().signal;

async function boardEntry() {
  const { boards } = await loadBench('virtual');
  const entry = boards.find(({ facts }) => facts.id === BOARD);
  assert.ok(entry);
  return entry;
}

async function planFor(
  flaws: readonly string[],
): Promise<{ readonly plan: SweepPlan; readonly own: SweepWork }> {
  const entry = await boardEntry();
  const { bytes } = entry.facts.firmware.build({ version: '1.3.0' });
  const plan: SweepPlan = { phase: 'upgrade', image: bytes, tears: TEARS, seed: 4 };
  const { sweep } = await entry.open({ signal: calm, flaws });
  assert.ok(sweep);
  return { plan, own: await sweep.open(plan, { signal: calm }) };
}

describe('a crew of threads', () => {
  const flaws = ['mcuboot/swap-not-journalled'];
  let crew = new Crew({ benchReference: 'virtual', board: BOARD, flaws }, 1);
  afterEach(async () => {
    await crew[Symbol.asyncDispose]();
    crew = new Crew({ benchReference: 'virtual', board: BOARD, flaws }, 1);
  });

  it('shares a sweep, flaws of the board included, and comes to what one thread comes to', async function () {
    this.timeout(60_000);
    const swept = async (copies: readonly SweepWork[], plan: SweepPlan) => {
      const cuts: CutObservation[] = [];
      const summary: SweepSummary = await conductSweep(plan, copies, {
        signal: calm,
        onCut: (cut) => cuts.push(cut),
      });
      return { summary, cuts };
    };
    const { plan, own } = await planFor(flaws);
    const alone = await swept([own], plan);
    assert.ok(alone.cuts.some(({ boots }) => boots.some(({ identity }) => identity === null)));
    assert.deepEqual(await swept(await crew.open(plan, calm), plan), alone);
    assert.deepEqual(await swept([own, ...(await crew.open(plan, calm))], plan), alone);
    await own.close();
  });

  it('lets go at once, and can be asked again afterwards', async function () {
    this.timeout(60_000);
    const { plan, own } = await planFor([]);
    await own.close();
    const stop = new AbortController();
    const copies = await crew.open({ ...plan, rolls: 200 }, stop.signal);
    const options = { signal: stop.signal, onCut: () => stop.abort(new Error('enough')) };
    await assert.rejects(conductSweep({ ...plan, rolls: 200 }, copies, options), /enough/);
    const again = await crew.open(plan, calm);
    assert.equal(again.length, 1);
    assert.ok((again[0]?.facts.operations ?? 0) > 0);
  });

  it('passes on what goes wrong in a thread', async function () {
    this.timeout(60_000);
    const { plan, own } = await planFor([]);
    await own.close();
    await using lost = new Crew({ benchReference: 'virtual', board: 'no-such-board', flaws: [] }, 1);
    await assert.rejects(lost.open(plan, calm), { code: 'crew-board' });
  });
});
