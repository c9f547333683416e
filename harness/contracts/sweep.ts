import assert from 'node:assert/strict';
import { runSweep } from '#core/conduct-sweep.ts';
import type { CutObservation, SweepPlan } from '#core/cut-sweep.ts';
import { TEARS } from '#core/tear.ts';
import { calm, prepared, type RigOpener, runs } from '#contracts/rigs.ts';

/** What every implementation of `sweep` must do. */
export function describeSweep(name: string, open: RigOpener): void {
  describe(`${name}: sweep`, () => {
    it('cuts every operation of a phase, tells what booted, and leaves the golden board', async () => {
      await using rig = await prepared(open, 'sweep', 'identity', 'power');
      const { firmware } = rig.board;
      const update = firmware.build({ version: '1.3.0' });
      const plan: SweepPlan = { phase: 'confirm', image: update.bytes, tears: TEARS, seed: 1 };
      const cuts: CutObservation[] = [];
      const summary = await runSweep(rig.sweep, plan, { ...calm(), onCut: (cut) => cuts.push(cut) });
      assert.deepEqual([summary.before, summary.update], [firmware.golden.identity, update.identity]);
      assert.equal(summary.cuts, summary.judged + summary.recognised);
      assert.equal(new Set(cuts.map(({ operation }) => operation)).size, summary.operations);
      assert.ok(cuts.every(({ boots }) => boots.length >= 3));
      await rig.prepare(calm());
      assert.equal(runs(await rig.identity.read(calm())).identity, firmware.golden.identity);
    });

    it('repeats any cut of a sweep to the same bytes', async () => {
      await using rig = await prepared(open, 'sweep');
      const { bytes } = rig.board.firmware.build({ version: '1.3.0' });
      const plan: SweepPlan = { phase: 'confirm', image: bytes, tears: TEARS, seed: 2 };
      const cuts: CutObservation[] = [];
      await runSweep(rig.sweep, plan, { ...calm(), onCut: (cut) => cuts.push(cut) });
      for (const cut of cuts) {
        const again = await rig.sweep.repeat(plan, [cut], calm());
        assert.deepEqual([again.left, again.state], [cut.left, cut.state]);
      }
    });

    it('blames the caller for a cut that the phase never comes to', async () => {
      await using rig = await prepared(open, 'sweep');
      const { bytes } = rig.board.firmware.build({ version: '1.3.0' });
      const never = { operation: 1_000_000, tear: 'before', seed: 0 } as const;
      const subject = { phase: 'confirm', image: bytes } as const;
      await assert.rejects(rig.sweep.repeat(subject, [never], calm()), { code: 'cut-not-there' });
    });

    it('stops when told to', async () => {
      await using rig = await prepared(open, 'sweep');
      const { bytes } = rig.board.firmware.build({ version: '1.3.0' });
      const stop = new AbortController();
      const plan: SweepPlan = { phase: 'upload', image: bytes, tears: TEARS, seed: 3, rolls: 8 };
      const swept = runSweep(rig.sweep, plan, {
        signal: stop.signal,
        onCut: () => stop.abort(new Error('enough')),
      });
      await assert.rejects(swept, /enough/);
    });
  });
}
