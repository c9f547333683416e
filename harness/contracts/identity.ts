import assert from 'node:assert/strict';
import { calm, Enough, prepared, type RigOpener, runs } from '#contracts/rigs.ts';

/** What every implementation of `identity` must do. */
export function describeIdentity(name: string, open: RigOpener): void {
  describe(`${name}: identity`, () => {
    it('reads the golden image, confirmed, once the rig is prepared', async () => {
      await using rig = await prepared(open, 'identity');
      const seen = runs(await rig.identity.read(calm()));
      const { golden } = rig.board.firmware;
      assert.deepEqual([seen.identity, seen.confirmed], [golden.identity, true]);
      assert.ok(rig.board.areas.some((area) => area.name === seen.slot));
      assert.notEqual(seen.how, '');
    });

    it('lists the applications that announced themselves since forget', async () => {
      await using rig = await prepared(open, 'identity', 'power');
      rig.identity.forget();
      assert.deepEqual(rig.identity.boots(), []);
      for (let boot = 0; boot < 2; boot++) {
        await rig.power.reset(calm());
        runs(await rig.identity.read(calm()));
      }
      const { buildId } = rig.board.firmware.golden;
      const boots = rig.identity.boots();
      assert.deepEqual(
        boots.map((boot) => boot.buildId),
        [buildId, buildId],
      );
      assert.ok((boots[0]?.atMs ?? 0) <= (boots[1]?.atMs ?? 0));
    });

    it('waits for a board that is still booting', async () => {
      await using rig = await prepared(open, 'identity', 'power');
      await rig.power.off(calm());
      const reading = rig.identity.read(calm());
      await rig.power.on(calm());
      runs(await reading);
    });

    it('says why nothing runs on a board without power, not before the deadline', async () => {
      await using rig = await prepared(open, 'identity', 'power');
      await rig.power.off(calm());
      const start = rig.clock.now();
      const seen = await rig.identity.read(calm(5000));
      assert.ok(!seen.running);
      assert.notEqual(seen.why, '');
      assert.ok(rig.clock.now() - start >= 5000);
    });

    it('ends with the reason of its signal', async () => {
      await using rig = await prepared(open, 'identity', 'power');
      await rig.power.off(calm());
      const stop = new AbortController();
      rig.clock.setTimeout(() => stop.abort(new Enough()), 700);
      await assert.rejects(rig.identity.read({ signal: stop.signal }), Enough);
    });
  });
}
