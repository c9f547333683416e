import assert from 'node:assert/strict';
import { walk } from '#core/paths.ts';
import { accepted, boots, dead, golden, hostile, refused, seen, update } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { forgedMachine } from './machine.ts';

const remark = {
  id: 'trailing-bytes',
  class: 'remark',
  text: 'bytes behind the image are not covered by the signature',
} as const;

function walked(expect: 'refused' | 'harmless', withRemark = true) {
  return walk(
    forgedMachine,
    {
      golden,
      forged: hostile,
      rescue: update,
      path: 'flash-staged',
      mode: 'permanent',
      rescuePath: 'smp',
      area: 'slot1',
      expect,
      claim: 'a forged image is refused',
      remark: withRemark ? remark : null,
    },
    {
      offerImage: [accepted, refused],
      readArea: [true, false].map((holds) => ({ area: 'slot1', digest: hostile.digest, holds })),
      activate: [seen(golden, true), seen(golden, false), seen(hostile, false), seen(update, false), dead],
      bootHistory: [boots(golden), boots(hostile, golden), []],
      crashHistory: [[], [{ atMs: 3, text: 'E: ***** BUS FAULT *****' }]],
    },
  );
}

describe('suites/corrupted-image', () => {
  it('passes only when the forged image met a check, never ran and did no harm', () => {
    const result = walked('refused');
    assert.deepEqual(result.unreached, ['tolerated']);
    assertSound({ ...result, unreached: [] }, { unproven: 'allowed' });
    assertVerdict(result, 'held', 'pass');
    for (const state of ['forgedRan', 'crashed', 'bricked', 'unsettled', 'stuck'])
      assertVerdict(result, state, 'fail');
    const proofs = outcomesIn(result, 'held').map((outcome) => outcome.reached);
    assert.ok(proofs.includes(null), 'accepted, but not found in the area: nothing is proven');
    assert.ok(proofs.some((proof) => proof?.includes('refused at verify')));
    assert.ok(proofs.some((proof) => proof?.includes('lay in slot1')));
  });

  it('lets an image run whose change the format ignores, and says so', () => {
    const result = walked('harmless');
    assertSound({ ...result, unreached: [] }, { unproven: 'allowed' });
    assertVerdict(result, 'tolerated', 'pass');
    for (const outcome of outcomesIn(result, 'tolerated')) assert.deepEqual(outcome.findings, [remark]);
    for (const outcome of outcomesIn(walked('harmless', false), 'tolerated')) {
      assert.equal(outcome.findings, undefined);
    }
    assertVerdict(result, 'bricked', 'fail');
  });
});
