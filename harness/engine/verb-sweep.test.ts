import assert from 'node:assert/strict';
import type { Json } from '#core/canonical.ts';
import type { CutObservation, CutSweep } from '#core/cut-sweep.ts';
import { TEARS } from '#core/tear.ts';
import type { SweepInput } from '#core/verbs.ts';
import type { VerbCall } from '#engine/verb-call.ts';
import { sweepCuts } from '#engine/verb-sweep.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { SiliconSweep } from '#virtual/sweep.ts';
import { facts } from '../../boards/nrf52840-dk/facts.ts';

const FLAW = 'mcuboot/swap-not-journalled';
const golden = factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage({ size: 3000 }), 2);
const bytes = referenceImage({ version: '1.3.0', counter: 2, size: 2500, seed: 2 });

const input: SweepInput = {
  phase: 'upgrade',
  image: { ...facts.firmware.golden, bytes },
  tears: TEARS,
  seed: 1,
  judge: ({ boots }) =>
    boots.some(({ identity }) => identity === null) ? { broke: 'some-image-boots' } : null,
};

/** A sweep that costs as much as one is said to. */
function sweepThatIs(isCostly: boolean): CutSweep {
  const silicon = referenceChip(FLAW);
  const sweep = new SiliconSweep({
    silicon,
    prepare: () => silicon.storage.load(golden),
    clock: new SimClock(),
  });
  return {
    isCostly,
    open: (plan, options) => sweep.open(plan, options),
    repeat: (subject, cuts, options) => sweep.repeat(subject, cuts, options),
  };
}

async function swept(isCostly: boolean, flaws: readonly string[]) {
  const told: Json[] = [];
  const call: VerbCall = {
    rig: {
      kind: 'virtual',
      board: facts,
      clock: new SimClock(),
      prepare: () => Promise.resolve(),
      onConsole: () => () => undefined,
      sweep: sweepThatIs(isCostly),
    },
    signal: new AbortController().signal,
    record: (_, data) => told.push(data),
    crashes: () => [],
    keep: () => undefined,
    keeps: false,
    keepFile: () => undefined,
    keepFinding: () => undefined,
    attach: () => undefined,
    progress: () => undefined,
    flaws,
    crew: null,
    nextPriorCuts: (): readonly CutObservation[] => [],
  };
  const output = await sweepCuts.run(input, call);
  const faults = told.filter((data) => JSON.stringify(data).includes('some-image-boots')).length;
  return { ...output, faults };
}

describe('engine/verb-sweep', () => {
  it('ends a costly sweep of a board with a known flaw once three cuts have shown it', async () => {
    const { summary, faults, cuts } = await swept(true, [FLAW]);
    assert.deepEqual([faults, summary.complete], [3, false]);
    assert.equal(cuts.length, summary.cuts);
  });

  for (const [name, isCostly, flaws] of [
    ['a board that nobody built a flaw into', true, []],
    ['a board whose recoveries cost nothing', false, [FLAW]],
  ] as const) {
    it(`goes through with ${name}`, async () => {
      const { summary, faults, wallMs } = await swept(isCostly, flaws);
      assert.ok(summary.complete && summary.cuts > summary.operations);
      assert.ok(faults > 10 && wallMs >= 0);
    });
  }
});
