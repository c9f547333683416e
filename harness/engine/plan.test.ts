import assert from 'node:assert/strict';
import type { ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Bench } from '#core/rig.ts';
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

  describe('attacks over the air', () => {
    const target = 'C4:00:00:00:00:01/random';
    const aimed = {
      ...tinyRevert,
      scenarios: (board: BoardFacts, context: ScenarioContext) =>
        tinyRevert.scenarios(board, context).map((scenario) => Object.assign(scenario, { target })),
    };
    const plan = (bench: Partial<Bench>) => () =>
      makePlan(
        { ...tinyBench(), ...bench },
        [...tinyAttacks.filter((one) => one !== tinyRevert), aimed],
        {},
        1,
      );

    it('are refused where the bench does not allow their target', () => {
      assert.throws(plan({}), { code: 'target-not-allowed', fault: 'caller', expected: /it has none/ });
      assert.throws(plan({ allow: [] }), { code: 'target-not-allowed' });
      const others = ['C4:00:00:00:00:02', 'C4:00:00:00:00:01/public', 'C4:00:00:00:00'];
      assert.throws(plan({ allow: others }), { code: 'target-not-allowed', expected: others.join(', ') });
    });

    it('are planned where it does, however the address is written', () => {
      for (const address of [target, 'c4:00:00:00:00:01', 'C4:00:00:00:00:01/RANDOM']) {
        assert.doesNotThrow(plan({ allow: [address] }), address);
      }
    });

    it('are no reason to refuse where they would not be run', () => {
      assert.doesNotThrow(plan({ boards: [tinyBoard({ offers: ['update', 'identity'] })] }));
    });
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
