import assert from 'node:assert/strict';
import { walk } from '#core/paths.ts';
import { accepted, boots, dead, golden, hostile, refused, seen, update } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { downgradeMachine } from './machine.ts';

const CLIMB = ['climbing', 'startingClimb', 'confirmingClimb', 'settlingClimb'];
const readings = [true, false].map((holds) => ({ area: 'slot1', digest: hostile.digest, holds }));

function walked(expect: 'refused' | 'runs', climbs: boolean) {
  const resident = climbs ? update : golden;
  return walk(
    downgradeMachine,
    {
      golden,
      climb: climbs ? update : null,
      older: hostile,
      path: 'smp',
      area: 'slot1',
      expect,
      claim: 'an older image is refused',
    },
    {
      readIdentity: [seen(golden, true), seen(hostile, true), dead],
      offerImage: [accepted, refused],
      activate: [seen(resident, true), seen(resident, false), seen(hostile, false), dead],
      confirmImage: [accepted, refused],
      resetBoard: [seen(resident, true), seen(golden, true), dead].slice(0, climbs ? 3 : 1),
      readArea: readings,
      bootHistory: [boots(resident), boots(hostile, resident)],
    },
  );
}

describe('suites/downgrade', () => {
  it('passes only when the older image met a check and never ran', () => {
    const result = walked('refused', false);
    assert.deepEqual(result.unreached.toSorted(), [...CLIMB, 'taken', 'stricter'].toSorted());
    assertSound({ ...result, unreached: [] }, { unproven: 'allowed' });
    assertVerdict(result, 'held', 'pass');
    for (const state of ['wentBack', 'outOfOrder']) assertVerdict(result, state, 'fail');
    const proofs = outcomesIn(result, 'held').map((outcome) => outcome.reached);
    assert.ok(proofs.includes(null), 'accepted, but not found in the area: nothing is proven');
    assert.ok(proofs.some((proof) => proof?.includes('refused at verify')));
    assert.ok(proofs.some((proof) => proof?.includes('lay in slot1')));
  });

  it('climbs first where the attack needs it, and blames nobody when it cannot', () => {
    const result = walked('refused', true);
    assert.deepEqual(result.unreached.toSorted(), ['stricter', 'taken']);
    assertSound({ ...result, unreached: [] }, { unproven: 'allowed' });
    assertVerdict(result, 'notClimbed', 'inconclusive');
    assertVerdict(result, 'held', 'pass');
    assertVerdict(result, 'wentBack', 'fail');
  });

  it('takes the board at its word where it declares to allow the image', () => {
    const result = walked('runs', false);
    assertSound({ ...result, unreached: [] }, { unproven: 'allowed' });
    assertVerdict(result, 'taken', 'pass');
    assertVerdict(result, 'stricter', 'inconclusive');
    assertVerdict(result, 'outOfOrder', 'fail');
  });
});
