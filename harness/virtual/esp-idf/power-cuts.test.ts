import assert from 'node:assert/strict';
import { runSweep } from '#core/conduct-sweep.ts';
import type { CutObservation, Phase } from '#core/cut-sweep.ts';
import { BOUNDARIES } from '#core/tear.ts';
import { espChip, type ChipSpec } from '#virtual/esp-idf/chip.fixture.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { SiliconSweep } from '#virtual/sweep.ts';
import { buildImage } from '../../../boards/esp32-devkitc/firmware.ts';
import { judgeCut } from '../../../suites/power-loss/invariants.ts';
import { PROFILES } from '../../../boards/esp32-devkitc/profile.ts';

const PHASES: readonly Phase[] = ['upload', 'upgrade', 'revert', 'confirm'];
const TORN_TOO = [...BOUNDARIES, 'prefix', 'half-programmed', 'partial-erase', 'preprogrammed'] as const;

/** Cuts of a phase that break an invariant, named. */
async function broken(spec: ChipSpec, phase: Phase): Promise<readonly string[]> {
  const silicon = espChip(spec);
  const golden = silicon.storage.save();
  const prepare = () => silicon.storage.load(golden);
  const sweep = new SiliconSweep({ silicon, prepare, clock: new SimClock() });
  const cuts: CutObservation[] = [];
  const image = buildImage({ version: '1.3.0', securityCounter: 3 }, spec.profile?.chip.name).bytes;
  const plan = { phase, image, tears: TORN_TOO, seed: 7 };
  const { signal } = new AbortController();
  const { before, update, operations } = await runSweep(sweep, plan, {
    signal,
    onCut: (cut) => cuts.push(cut),
  });
  assert.ok(cuts.length > operations * 2, 'both boundaries of every operation, and torn ones');
  assert.ok(operations >= 2, 'the phase changes flash');
  const rules = { phase, before, update, acceptable: true, confirms: phase !== 'revert' };
  return cuts.flatMap((cut) => judgeCut(cut, rules)?.invariant ?? []);
}

describe('power cuts on a simulated ESP32', () => {
  for (const profile of PROFILES) {
    // Without rollback an update is final once it was written: what follows changes nothing in flash.
    for (const phase of profile.rollback ? PHASES : PHASES.slice(0, 1)) {
      it(`${profile.id} recovers from every cut of ${phase}`, async () => {
        assert.deepEqual(await broken({ profile }, phase), []);
      });
    }
  }

  const lost = [
    { flaw: 'otadata-single-sector', phase: 'revert', invariant: 'trial-ends-old' },
    { flaw: 'both-sectors-erased', phase: 'revert', invariant: 'trial-ends-old' },
    { flaw: 'otadata-crc-ignored', phase: 'revert', invariant: 'trial-ends-old' },
    { flaw: 'otadata-before-image', phase: 'upload', invariant: 'old-or-new' },
    { flaw: 'image-not-verified-at-boot', phase: 'upload', invariant: 'old-or-new' },
  ] as const;
  for (const { flaw, phase, invariant } of lost) {
    it(`${flaw} breaks ${invariant} in ${phase}`, async () => {
      const violations = await broken({ flaws: [`esp-idf/${flaw}`] }, phase);
      assert.ok(violations.includes(invariant), violations.join());
    });
  }
});
