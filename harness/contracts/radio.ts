import assert from 'node:assert/strict';
import type { InputProtocol } from '#core/board.ts';
import { calm, Enough, prepared, type RigOpener } from '#contracts/rigs.ts';

/** What every implementation of `radio` must do, for each protocol the board takes. */
export function describeRadio(name: string, open: RigOpener, protocols: readonly InputProtocol[]): void {
  describe(`${name}: radio`, () => {
    it('names the protocols of the board', async () => {
      await using rig = await prepared(open, 'radio');
      assert.deepEqual([...rig.radio.protocols], protocols);
      assert.deepEqual([...rig.board.inputs], protocols);
    });

    for (const protocol of protocols) describeProtocol(protocol, open);
  });
}

function describeProtocol(protocol: InputProtocol, open: RigOpener): void {
  it(`${protocol}: a prepared board is alive, again and again, without a boot`, async () => {
    await using rig = await prepared(open, 'radio');
    const first = await rig.radio.alive(protocol, calm());
    const second = await rig.radio.alive(protocol, calm());
    assert.deepEqual([first.alive, second.alive], [true, true], `${first.how}; ${second.how}`);
    assert.equal(second.boots, first.boots);
  });

  it(`${protocol}: a sound board lives through noise, and every input gets a reaction`, async () => {
    await using rig = await prepared(open, 'radio');
    const before = await rig.radio.alive(protocol, calm());
    for (const noise of [[], [0], [0x0a], [0x06, 0x09, 0x41], Array<number>(600).fill(0xff)]) {
      const reply = await rig.radio.inject(protocol, Uint8Array.from(noise), calm());
      assert.ok(['answered', 'silent', 'closed'].includes(reply.reaction));
      assert.ok(reply.bytes.length <= 65_536);
      const after = await rig.radio.alive(protocol, calm());
      assert.deepEqual([after.alive, after.boots], [true, before.boots], after.how);
    }
  });

  it(`${protocol}: a board without power is not alive`, async () => {
    await using rig = await prepared(open, 'radio', 'power');
    await rig.power.off(calm());
    const seen = await rig.radio.alive(protocol, calm());
    assert.equal(seen.alive, false);
    assert.notEqual(seen.how, '');
  });

  it(`${protocol}: a boot in between is seen`, async () => {
    await using rig = await prepared(open, 'radio', 'power', 'identity');
    const before = await rig.radio.alive(protocol, calm());
    await rig.power.reset(calm());
    await rig.identity.read(calm());
    const after = await rig.radio.alive(protocol, calm());
    assert.deepEqual([after.alive, after.boots], [true, before.boots + 1], after.how);
  });

  it(`${protocol}: ends with the reason of its signal`, async () => {
    await using rig = await prepared(open, 'radio');
    const signal = AbortSignal.abort(new Enough());
    await assert.rejects(rig.radio.inject(protocol, new Uint8Array([1]), { signal }), Enough);
    await assert.rejects(rig.radio.alive(protocol, { signal }), Enough);
  });
}
