import assert from 'node:assert/strict';
import type { CallOptions } from '#core/capabilities.ts';
import { virtualNrf52840Dk } from './virtual.ts';
import { buildImage, firmware } from './firmware.ts';

const options: CallOptions = { signal: new AbortController().signal };

async function openRig(...flaws: string[]) {
  const rig = await virtualNrf52840Dk().open({ ...options, flaws });
  const { update, power, identity, radio, probe } = rig;
  assert.ok(update && power && identity && radio && probe);
  await rig.prepare(options);
  return { rig, update, power, identity, radio, probe };
}

async function running(identity: { read(o: CallOptions): Promise<unknown> }) {
  const {
    running: runs,
    identity: hash,
    confirmed,
  } = (await identity.read(options)) as Record<string, unknown>;
  return { runs, hash, confirmed };
}

describe('boards/nrf52840-dk/virtual', () => {
  const newer = buildImage({ version: '1.3.0' });

  for (const path of ['smp', 'flash-staged']) {
    it(`tries an update offered over ${path}, and reverts to golden when it is not confirmed`, async () => {
      const { rig, update, power, identity } = await openRig();
      await using _ = rig;
      const receipt = await update.offer(newer.bytes, { ...options, path });
      assert.ok(receipt.accepted, JSON.stringify(receipt));
      await update.activate(options);
      assert.deepEqual(await running(identity), { runs: true, hash: newer.identity, confirmed: false });
      await power.reset(options);
      assert.deepEqual(await running(identity), {
        runs: true,
        hash: firmware.golden.identity,
        confirmed: true,
      });
      assert.deepEqual(
        identity.boots().map(({ buildId }) => buildId),
        [newer.buildId, firmware.golden.buildId],
      );
    });
  }

  it('keeps a confirmed update over a reset and a power cycle', async () => {
    const { rig, update, power, identity } = await openRig();
    await using _ = rig;
    await update.offer(newer.bytes, options);
    await update.activate(options);
    await identity.read(options);
    assert.equal((await update.confirm(options)).accepted, true);
    await power.reset(options);
    assert.deepEqual(await running(identity), { runs: true, hash: newer.identity, confirmed: true });
    await power.off(options);
    await power.on(options);
    assert.deepEqual(await running(identity), { runs: true, hash: newer.identity, confirmed: true });
  });
});
