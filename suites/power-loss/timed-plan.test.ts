import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TimedWindow } from '#core/timed-cuts.ts';
import { narrowedCuts, spreadCuts } from './timed-plan.ts';

const windows: readonly TimedWindow[] = [
  { name: 'begin', fromMs: 0, toMs: 100 },
  { name: 'swap', fromMs: 100, toMs: 1100 },
  { name: 'jump', fromMs: 1100, toMs: 1110 },
];

const inside = (moments: readonly number[], { fromMs, toMs }: TimedWindow) =>
  moments.filter((ms) => ms >= fromMs && ms < toMs).length;

describe('suites/power-loss/timed-plan', () => {
  it('spreads cuts by the length of the windows, and leaves none out', () => {
    const moments = spreadCuts({ windows, cuts: 60, seed: 7 });
    assert.equal(moments.length, 60);
    assert.deepEqual(
      windows.map((window) => inside(moments, window)),
      [6, 52, 2],
    );
  });

  it('is decided by the seed, and does not beat in time with the board', () => {
    const plan = (seed: number) => spreadCuts({ windows, cuts: 40, seed });
    assert.deepEqual(plan(7), plan(7));
    assert.notDeepEqual(plan(7), plan(8));
    const gaps = plan(7).map((ms, index, all) => Math.round(ms - (all[index - 1] ?? 0)));
    assert.ok(new Set(gaps).size > 15, gaps.join(' '));
  });

  it('gives as many cuts as asked for, in order, inside the phase', () => {
    const length = fc.double({ min: 0.01, max: 5000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(length, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 99 }),
        (lengths, cuts) => {
          let at = 0;
          const made = lengths.map((ms) => ({ name: 'w', fromMs: at, toMs: (at += ms) }));
          const moments = spreadCuts({ windows: made, cuts, seed: cuts });
          assert.equal(moments.length, cuts);
          assert.deepEqual(
            moments,
            moments.toSorted((a, b) => a - b),
          );
          assert.ok(moments.every((ms) => ms >= 0 && ms <= at));
        },
      ),
    );
  });

  it('halves the gaps in which the outcome changes, the widest first', () => {
    const made = [
      { atMs: 0, outcome: 'old' },
      { atMs: 90, outcome: 'new' },
      { atMs: 10, outcome: 'old' },
      { atMs: 100, outcome: 'nothing' },
      { atMs: 101, outcome: 'new' },
    ];
    assert.deepEqual(narrowedCuts(made, 2, 9), [50, 95]);
    assert.deepEqual(narrowedCuts(made, 2, 1), [50]);
    assert.deepEqual(narrowedCuts(made.slice(0, 1), 2, 9), []);
  });

  it('comes to an end: each round halves what is left', () => {
    const made = [
      { atMs: 0, outcome: 'old' },
      { atMs: 1000, outcome: 'new' },
    ];
    let rounds = 0;
    for (let more = narrowedCuts(made, 1, 4); more.length > 0; more = narrowedCuts(made, 1, 4)) {
      made.push(...more.map((atMs) => ({ atMs, outcome: atMs < 321 ? 'old' : 'new' })));
      rounds += 1;
    }
    assert.equal(rounds, 10);
  });
});
