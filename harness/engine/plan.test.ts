import assert from 'node:assert/strict';
import { makePlan, planAttack } from '#engine/plan.ts';
import { tinyBoard } from '#engine/tiny-board.fixture.ts';
import { tinyBench } from '#engine/tiny-run.fixture.ts';
import { tinyAttacks, tinyRevert } from '#engine/tiny-suite.fixture.ts';

function ids(selection: Parameters<typeof makePlan>[2], attacks = tinyAttacks): readonly string[] {
  return makePlan(tinyBench(), attacks, selection, 1).flatMap(({ items }) =>
    items.map(({ scenario }) => scenario.id),
  );
}

describe('plan', () => {
  it('puts controls first, once', () => {
    assert.deepEqual(ids({}, tinyAttacks.toReversed()), [
      'control/tiny/alive',
      'rollback/tiny/first',
      'rollback/tiny/second',
      'fuzzed-wireless/tiny/three',
    ]);
  });

  it('adds the control that a chosen scenario relies on', () => {
    assert.deepEqual(ids({ scenarios: ['*second'] }), ['control/tiny/alive', 'rollback/tiny/second']);
    assert.deepEqual(ids({ families: ['fuzzed-wireless'] }), [
      'control/tiny/alive',
      'fuzzed-wireless/tiny/three',
    ]);
    assert.deepEqual(ids({ families: ['control'] }), ['control/tiny/alive']);
  });

  it('takes an attack id for all its scenarios', () => {
    assert.equal(ids({ scenarios: ['rollback/tiny'] }).length, 3);
  });

  it('names what there is where a selector fits nothing', () => {
    assert.throws(() => ids({ boards: ['nrf52'] }), { code: 'board-unknown', remedy: /nrf52840-dk/ });
    assert.throws(() => ids({ families: ['rolback'] }), {
      code: 'family-unknown',
      remedy: /did you mean rollback/,
    });
    assert.throws(() => ids({ scenarios: ['x*'] }), { code: 'scenario-unknown' });
    assert.throws(() => ids({ scenarios: ['*second', 'x*'] }), { code: 'scenario-unknown' });
  });

  it('gives the reason where a scenario cannot be run', () => {
    const [first] = planAttack(tinyBoard({ offers: ['update'] }), tinyRevert, 1);
    assert.equal(first?.skip, 'needs identity, power, which this wiring does not offer');
  });

  it('names the attack that cannot plan', () => {
    const broken = {
      ...tinyRevert,
      scenarios: () => {
        throw new TypeError('no such area');
      },
    };
    assert.throws(() => planAttack(tinyBoard(), broken, 1), {
      code: 'scenarios-broken',
      message: /rollback\/tiny.*no such area/,
    });
  });
});
