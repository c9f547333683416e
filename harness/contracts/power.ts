import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import type { CutTrigger } from '#core/capabilities.ts';
import type { OpenRig } from '#core/rig.ts';
import { calm, Enough, prepared, type RigOpener, runs } from '#contracts/rigs.ts';

/** What every implementation of `power` must do. */
export function describePower(name: string, open: RigOpener): void {
  describe(`${name}: power`, () => {
    it('turns the board off and on', async () => {
      await using rig = await prepared(open, 'power', 'identity');
      await rig.power.off(calm());
      await rig.power.off(calm());
      assert.equal((await rig.identity.read(calm(3000))).running, false);
      await rig.power.on(calm());
      await rig.power.on(calm());
      runs(await rig.identity.read(calm()));
    });

    it('restarts the board by a reset, also one that is off', async () => {
      await using rig = await prepared(open, 'power', 'identity');
      rig.identity.forget();
      await rig.power.reset(calm());
      runs(await rig.identity.read(calm()));
      assert.equal(rig.identity.boots().length, 1);
      await rig.power.off(calm());
      await rig.power.reset(calm());
      runs(await rig.identity.read(calm()));
    });

    it('honours at least a trigger by time, and leaves the board off', async () => {
      await using rig = await prepared(open, 'power', 'identity');
      assert.ok(rig.power.triggers.includes('after'));
      const start = rig.clock.now();
      const receipt = await rig.power.cut({ kind: 'after', ms: 500 }, calm());
      assert.ok(receipt.atMs >= start + 500);
      assert.notEqual(receipt.verified, '');
      assert.equal((await rig.identity.read(calm(3000))).running, false);
      await rig.power.on(calm());
      runs(await rig.identity.read(calm()));
    });

    it('cuts at a console line', async function () {
      await using rig = await prepared(open, 'power', 'identity');
      if (!rig.power.triggers.includes('line')) skipBecause(this, 'the instrument cannot');
      const banner = rig.board.firmware.golden.buildId;
      const cut = rig.power.cut({ kind: 'line', contains: banner, plusMs: 0 }, calm());
      await rig.power.reset(calm());
      await cut;
      assert.equal((await rig.identity.read(calm(3000))).running, false);
    });

    it('cuts inside a flash operation and says which', async function () {
      await using rig = await prepared(open, 'power', 'identity');
      if (!rig.power.triggers.includes('operation')) skipBecause(this, 'the instrument cannot');
      const { update: transport }: OpenRig = rig;
      if (transport === undefined) skipBecause(this, 'the board has no update to cut');
      const { firmware } = rig.board;
      const update = firmware.build({ version: '1.3.0' });
      assert.ok((await transport.offer(update.bytes, calm())).accepted);
      const cut = rig.power.cut({ kind: 'operation', index: 0, tear: 'half-programmed', seed: 1 }, calm());
      await Promise.allSettled([transport.activate(calm(1000))]);
      const receipt = await cut;
      assert.equal(receipt.operation?.index, 0);
      await rig.power.on(calm());
      const seen = runs(await rig.identity.read(calm()));
      assert.ok([update.identity, firmware.golden.identity].includes(seen.identity));
    });

    it('says that a trigger never came, and is then free for another', async () => {
      await using rig = await prepared(open, 'power', 'identity');
      for (const trigger of unreachable(rig.power.triggers)) {
        await assert.rejects(rig.power.cut(trigger, calm(2000)), { code: 'cut-not-reached' });
      }
      runs(await rig.identity.read(calm()));
      await rig.power.cut({ kind: 'after', ms: 10 }, calm());
    });

    it('forgets the trigger when its signal ends the wait', async () => {
      await using rig = await prepared(open, 'power', 'identity');
      const stop = new AbortController();
      rig.clock.setTimeout(() => stop.abort(new Enough()), 100);
      await assert.rejects(rig.power.cut({ kind: 'after', ms: 400 }, { signal: stop.signal }), Enough);
      await rig.clock.sleep(1000);
      runs(await rig.identity.read(calm()));
    });
  });
}

function unreachable(triggers: readonly CutTrigger['kind'][]): CutTrigger[] {
  const all: CutTrigger[] = [
    { kind: 'after', ms: 60_000 },
    { kind: 'line', contains: 'no board prints this line', plusMs: 0 },
    { kind: 'operation', index: 1_000_000, tear: 'before', seed: 0 },
  ];
  return all.filter((trigger) => triggers.includes(trigger.kind));
}
