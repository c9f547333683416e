import assert from 'node:assert/strict';
import { walk } from '#core/paths.ts';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import { virtualNrf52840Dk } from '../../boards/nrf52840-dk/virtual.ts';
import { referenceFacts } from '../../boards/microbit/reference-facts.ts';
import { dead, golden, hostile, seen } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { altered } from './altered.ts';
import { alteredMachine } from './machine-altered.ts';

describe('suites/corrupted-image: an image that is changed where it lies', () => {
  const result = walk(
    alteredMachine,
    { golden, altered: hostile, area: 'slot0', claim: 'a changed image does not start' },
    {
      writeArea: [true, false].map((holds) => ({ area: 'slot0', digest: hostile.digest, holds })),
      resetBoard: [seen(golden, true), seen(golden, false), seen(hostile, false), dead],
    },
  );

  it('passes only where nothing ran out of the changed image, and golden ran again', () => {
    assertSound(result, { unproven: 'allowed' });
    assertVerdict(result, 'held', 'pass');
    for (const state of ['alteredRan', 'stuck']) assertVerdict(result, state, 'fail');
    assertVerdict(result, 'unwritten', 'inconclusive');
    for (const outcome of outcomesIn(result, 'held')) assert.match(outcome.reached ?? '', /lay in slot0/);
  });

  it('changes one bit, outside of what any program needs, and only on a board that looks at every start', () => {
    const facts = referenceFacts(null);
    const [scenario] = altered.scenarios(facts, { seed: 7 });
    assert.equal(scenario?.notApplicable, undefined);
    const { bytes } = scenario?.input.altered ?? assert.fail();
    const differing = [...bytes.entries()].filter(([at, byte]) => byte !== facts.firmware.golden.bytes[at]);
    assert.deepEqual(differing, [[0x100, 0xfe]]);
    const unvalidated = virtualNrf52840Dk(profileWith({ validatePrimary: false }));
    const [twin] = altered.scenarios(unvalidated.facts, { seed: 7 });
    assert.match(twin?.notApplicable ?? '', /names no area/);
  });
});
