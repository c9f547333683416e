import assert from 'node:assert/strict';
import { calm, Enough, prepared, type RigOpener, runs } from '#contracts/rigs.ts';

/** What every implementation of `update` must do, over each path the board names. */
export function describeUpdate(name: string, open: RigOpener, paths: readonly string[]): void {
  describe(`${name}: update`, () => {
    for (const path of paths) describePath(path, open);

    it('offers over the first path unless told otherwise, and names its paths', async () => {
      await using rig = await prepared(open, 'update');
      assert.deepEqual([...rig.update.paths], paths);
      assert.deepEqual([...rig.board.updatePaths], paths);
      const { bytes } = rig.board.firmware.build({ version: '1.3.0' });
      assert.equal((await rig.update.offer(bytes, calm())).accepted, true);
    });

    it('blames the caller for a path that the board does not have', async () => {
      await using rig = await prepared(open, 'update');
      const offer = rig.update.offer(rig.board.firmware.golden.bytes, { ...calm(), path: 'carrier pigeon' });
      await assert.rejects(offer, { name: 'UsageError' });
    });
  });
}

function describePath(path: string, open: RigOpener): void {
  it(`${path}: tries a newer image, and gives it up at a reset when it is not confirmed`, async () => {
    await using rig = await prepared(open, 'update', 'identity', 'power');
    const { firmware } = rig.board;
    const newer = firmware.build({ version: '1.3.0' });
    assert.equal((await rig.update.offer(newer.bytes, { ...calm(), path })).accepted, true);
    assert.equal(runs(await rig.identity.read(calm())).identity, firmware.golden.identity);
    await rig.update.activate(calm());
    const tried = runs(await rig.identity.read(calm()));
    assert.deepEqual(
      [tried.identity, tried.version, tried.confirmed],
      [newer.identity, newer.version, false],
    );
    await rig.power.reset(calm());
    const back = runs(await rig.identity.read(calm()));
    assert.deepEqual([back.identity, back.confirmed], [firmware.golden.identity, true]);
  });

  it(`${path}: keeps a newer image that was confirmed`, async () => {
    await using rig = await prepared(open, 'update', 'identity', 'power');
    const newer = rig.board.firmware.build({ version: '1.3.0' });
    await rig.update.offer(newer.bytes, { ...calm(), path });
    await rig.update.activate(calm());
    runs(await rig.identity.read(calm()));
    assert.equal((await rig.update.confirm(calm())).accepted, true);
    await rig.power.reset(calm());
    const kept = runs(await rig.identity.read(calm()));
    assert.deepEqual([kept.identity, kept.confirmed], [newer.identity, true]);
  });

  it(`${path}: takes a refusal for an observation, and the golden image stays`, async () => {
    await using rig = await prepared(open, 'update', 'identity');
    const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 31) & 0xff);
    const receipt = await rig.update.offer(noise, { ...calm(), path });
    if (!receipt.accepted) {
      assert.match(receipt.step, /^[a-z-]+$/);
      assert.notEqual(receipt.reason, '');
    }
    await rig.update.activate(calm());
    assert.equal(runs(await rig.identity.read(calm())).identity, rig.board.firmware.golden.identity);
  });

  it(`${path}: reports progress that grows up to the whole`, async () => {
    await using rig = await prepared(open, 'update');
    const steps: number[] = [];
    let whole = 0;
    const onProgress = (sent: number, total: number) => {
      steps.push(sent);
      whole = total;
    };
    const { bytes } = rig.board.firmware.build({ version: '1.3.0' });
    await rig.update.offer(bytes, { ...calm(), path, onProgress });
    assert.deepEqual(
      steps,
      [...steps].sort((a, b) => a - b),
    );
    assert.equal(steps.at(-1), whole);
    assert.ok(whole >= bytes.length);
  });

  it(`${path}: ends with the reason of its signal`, async () => {
    await using rig = await prepared(open, 'update');
    const signal = AbortSignal.abort(new Enough());
    const offer = rig.update.offer(rig.board.firmware.golden.bytes, { signal, path });
    await assert.rejects(offer, Enough);
  });
}
