import assert from 'node:assert/strict';
import { runSweep } from '#core/conduct-sweep.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { BOUNDARIES, TEARS } from '#core/tear.ts';
import { violationsOf } from '../suites/power-loss/invariants.ts';
import { builtWith } from './built-with.ts';
import { bench } from './benches/virtual-1966.ts';
import { virtualNrf52840Dk } from './nrf52840-dk/virtual.ts';

describe('boards/built-with', () => {
  it('a board has its weakness for good, goes by its own name, and can be given others', async () => {
    const [sound, old] = bench.boards;
    assert.equal(old?.facts.id, 'nrf52840-dk-before-1966');
    assert.equal(old.flaws.length, (sound?.flaws.length ?? 0) - 1);
    const { signal } = new AbortController();
    await using rig = await old.open({ signal, flaws: ['mcuboot/no-watchdog'] });
    assert.equal(rig.board.id, old.facts.id);
    const name = { id: 'x', title: 'x' };
    assert.throws(() => builtWith(virtualNrf52840Dk(), ['mcuboot/none-such'], name), {
      code: 'unknown-flaw',
    });
  });

  it('MCUboot before the fix of issue 1966 passes every cut between operations and fails torn ones', async () => {
    const { signal } = new AbortController();
    const counts = await Promise.all(
      bench.boards.map(async (entry) => {
        await using rig = await entry.open({ signal });
        assert.ok(rig.sweep !== undefined);
        const image = entry.facts.firmware.build({ version: '1.3.0' }).bytes;
        const cuts: CutObservation[] = [];
        const plan = { phase: 'revert', image, tears: TEARS, seed: 7 } as const;
        const { before, update } = await runSweep(rig.sweep, plan, {
          signal,
          onCut: (cut) => cuts.push(cut),
        });
        const rules = { phase: 'revert', before, update, acceptable: true, confirms: false } as const;
        const whole = (tear: string) => BOUNDARIES.some((boundary) => boundary === tear);
        const failing = violationsOf(cuts, rules).map(({ cut }) => cut);
        const between = failing.filter(({ tear }) => whole(tear)).length;
        const [first] = failing;
        if (first === undefined) return [between, 0];
        const again = await rig.sweep.repeat({ phase: 'revert', image }, [first], { signal });
        assert.deepEqual([again.left, again.state], [first.left, first.state], 'repeated byte for byte');
        return [between, failing.length];
      }),
    );
    assert.deepEqual(counts[0], [0, 0]);
    assert.equal(counts[1]?.[0], 0);
    assert.ok((counts[1]?.[1] ?? 0) > 0);
  });
});
