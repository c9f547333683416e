import assert from 'node:assert/strict';
import { calm, prepared, type RigOpener } from '#contracts/rigs.ts';

/** What every implementation of `probe` must do. */
export function describeProbe(name: string, open: RigOpener): void {
  describe(`${name}: probe`, () => {
    it('finds the golden image in an area of the board', async () => {
      await using rig = await prepared(open, 'probe');
      const { golden } = rig.board.firmware;
      const read = rig.board.areas
        .filter((area) => area.size >= golden.bytes.length)
        .map((area) => rig.probe.read(area.offset, golden.bytes.length, calm()));
      const holding = (await Promise.all(read)).filter((bytes) => Buffer.compare(bytes, golden.bytes) === 0);
      assert.equal(holding.length, 1);
    });

    it('writes what was written before, bits of both kinds, and leaves other pages alone', async () => {
      await using rig = await prepared(open, 'probe');
      const { page } = rig.board.flash;
      const at = rig.board.areas.find((area) => area.name === rig.board.updateArea)?.offset ?? 0;
      const neighbour = await rig.probe.read(at + page, page, calm());
      for (const value of [0x00, 0xa5, 0x5a]) {
        const bytes = new Uint8Array(page).fill(value);
        await rig.probe.write(at, bytes, calm());
        assert.deepEqual(Uint8Array.from(await rig.probe.read(at, page, calm())), bytes);
      }
      assert.deepEqual(await rig.probe.read(at + page, page, calm()), neighbour);
    });

    it('gives a copy, not a window on flash', async () => {
      await using rig = await prepared(open, 'probe');
      const at = rig.board.areas[0]?.offset ?? 0;
      const first = await rig.probe.read(at, 16, calm());
      const kept = first.slice();
      first.fill(0x77);
      assert.deepEqual(await rig.probe.read(at, 16, calm()), kept);
    });

    it('blames the caller for addresses outside the flash', async () => {
      await using rig = await prepared(open, 'probe');
      const { size } = rig.board.flash;
      for (const [address, length] of [
        [size - 1, 2],
        [-1, 1],
        [0.5, 1],
        [size, 1],
      ] as const) {
        await assert.rejects(rig.probe.read(address, length, calm()), { name: 'UsageError' });
      }
    });

    it('tells protections and counters as text', async () => {
      await using rig = await prepared(open, 'probe');
      const fuses = Object.entries(await rig.probe.fuses(calm()));
      assert.ok(fuses.length > 0);
      for (const [, value] of fuses) assert.equal(typeof value, 'string');
    });
  });
}
