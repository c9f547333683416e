import assert from 'node:assert/strict';
import { calm, prepared, type RigOpener, runs } from '#contracts/rigs.ts';

/** What every implementation of `checkpoint` must do. */
export function describeCheckpoint(name: string, open: RigOpener): void {
  describe(`${name}: checkpoint`, () => {
    it('returns to a whole state, and leaves the board off', async () => {
      await using rig = await prepared(open, 'checkpoint', 'update', 'identity', 'power');
      const { firmware } = rig.board;
      const saved = await rig.checkpoint.save(calm());
      const newer = firmware.build({ version: '1.3.0', securityCounter: 3 });
      await rig.update.offer(newer.bytes, calm());
      await rig.update.activate(calm());
      runs(await rig.identity.read(calm()));
      await rig.update.confirm(calm());
      await rig.power.reset(calm());
      assert.equal(runs(await rig.identity.read(calm())).identity, newer.identity);
      const later = await rig.checkpoint.save(calm());
      assert.notEqual(later, saved);
      await rig.checkpoint.restore(saved, calm());
      assert.equal((await rig.identity.read(calm(3000))).running, false);
      await rig.power.on(calm());
      assert.equal(runs(await rig.identity.read(calm())).identity, firmware.golden.identity);
    });

    it('blames the caller for a state that was never saved', async () => {
      await using rig = await prepared(open, 'checkpoint');
      await assert.rejects(rig.checkpoint.restore('never', calm()), { name: 'UsageError' });
    });
  });
}
