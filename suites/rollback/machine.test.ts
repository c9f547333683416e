import assert from 'node:assert/strict';
import { walk } from '#core/paths.ts';
import { accepted, boots, dead, golden, hostile, refused, seen, update } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { confirmedMachine } from './machine-confirmed.ts';
import { cutMachine } from './machine-cut.ts';
import { faultyMachine } from './machine-faulty.ts';
import { unconfirmedMachine } from './machine-unconfirmed.ts';

const trial = { golden, update, path: 'smp' };
const sightings = [seen(golden, true), seen(golden, false), seen(update, false), seen(update, true), dead];
const histories = [boots(golden, update, golden), boots(golden), boots(update, update, update), []];

describe('suites/rollback', () => {
  for (const asksToConfirm of [true, false]) {
    it(`unconfirmed (asks: ${asksToConfirm}): passes only when golden is back for good`, () => {
      const result = walk(
        unconfirmedMachine,
        { ...trial, asksToConfirm },
        {
          offerImage: [accepted, refused],
          activate: sightings,
          confirmImage: [refused, accepted],
          resetBoard: [...sightings, seen(hostile, true)],
        },
      );
      const unreached = asksToConfirm ? [] : ['asking'];
      assert.deepEqual(result.unreached, unreached);
      assertSound({ ...result, unreached: [] });
      assertVerdict(result, 'reverted', 'pass');
      for (const state of ['stayed', 'bricked', 'unsettled']) assertVerdict(result, state, 'fail');
      assertVerdict(result, 'neverRan', 'inconclusive');
    });
  }

  it('faulty: passes only when the update ran and golden came back by itself', () => {
    const result = walk(
      faultyMachine,
      { ...trial, fault: 'hangs', waitMs: 9000 },
      {
        offerImage: [accepted, refused],
        activate: sightings,
        waitAndRead: sightings,
        bootHistory: histories,
      },
    );
    assertSound(result);
    assertVerdict(result, 'rescued', 'pass');
    assertVerdict(result, 'lost', 'fail');
    assertVerdict(result, 'neverRan', 'inconclusive');
    for (const outcome of outcomesIn(result, 'rescued'))
      assert.match(outcome.observed, /golden 1\.2\.0 .*, confirmed/);
  });

  it('confirmed: passes only when the update is still confirmed after two resets', () => {
    const result = walk(confirmedMachine, trial, {
      offerImage: [accepted, refused],
      activate: sightings,
      confirmImage: [accepted, refused],
      resetBoard: sightings,
    });
    assertSound(result);
    assertVerdict(result, 'kept', 'pass');
    for (const state of ['undone', 'bricked']) assertVerdict(result, state, 'fail');
    assertVerdict(result, 'neverConfirmed', 'inconclusive');
  });

  for (const cutIn of ['trial', 'revert'] as const) {
    it(`cut in ${cutIn}: passes only when golden runs right after the cut and stays`, () => {
      const cut = {
        atMs: 10,
        operation: { index: 7, kind: 'erase', address: 0xc000 },
        verified: 'simulated supply',
      };
      const result = walk(
        cutMachine,
        { ...trial, cutIn, trigger: { kind: 'operation', index: 7, tear: 'half-programmed', seed: 1 } },
        {
          offerImage: [accepted, refused],
          activate: sightings,
          interrupt: [
            ...sightings.map((after) => ({ cut, after })),
            { cut: { atMs: 1, verified: 'relay clicked' }, after: seen(golden, true) },
          ],
          resetBoard: sightings,
          bootHistory: histories,
        },
      );
      const other = cutIn === 'trial' ? ['starting', 'cuttingRevert'] : ['cuttingTrial'];
      assert.deepEqual(result.unreached, other);
      assertSound({ ...result, unreached: [] });
      assertVerdict(result, 'recovered', 'pass');
      assertVerdict(result, 'wrong', 'fail');
      assertVerdict(result, 'neverRan', 'inconclusive');
    });
  }
});
