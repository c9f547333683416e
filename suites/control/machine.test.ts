import assert from 'node:assert/strict';
import { walk } from '#core/paths.ts';
import { accepted, dead, golden, refused, seen, update } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { inputMachine } from './machine-input.ts';
import { installMachine } from './machine-install.ts';
import { updateMachine } from './machine-update.ts';

const sightings = [seen(update, false), seen(update, true), seen(golden, true), dead];

describe('suites/control', () => {
  it('install: passes only when the update runs, and blames nobody otherwise', () => {
    const result = walk(
      installMachine,
      { golden, update, path: 'smp' },
      { offerImage: [accepted, refused], activate: sightings },
    );
    assertSound(result);
    assertVerdict(result, 'installed', 'pass');
    for (const state of ['refused', 'notRunning', 'noAnswer']) assertVerdict(result, state, 'inconclusive');
    assert.equal(outcomesIn(result, 'installed').length, 2);
  });

  it('update: passes only when the update ran, was confirmed and stayed confirmed', () => {
    const result = walk(
      updateMachine,
      { golden, update, path: 'smp' },
      {
        offerImage: [accepted, refused],
        activate: sightings,
        confirmImage: [accepted, refused],
        resetBoard: sightings,
      },
    );
    assertSound(result);
    assertVerdict(result, 'installed', 'pass');
    for (const state of ['refused', 'notRunning', 'notKept', 'noAnswer']) {
      assertVerdict(result, state, 'inconclusive');
    }
    assert.equal(outcomesIn(result, 'notKept').length, 6, 'two ways to start, three ways to lose it');
  });

  it('input: passes after the wanted number of answers without a reboot', () => {
    const alive = (count: number) => ({ alive: true, boots: count, how: 'echo' });
    const result = walk(
      inputMachine,
      { protocol: 'smp', rounds: 3 },
      { readLiveness: [alive(1), alive(2), { alive: false, boots: 1, how: 'no echo' }] },
    );
    assertSound(result);
    assertVerdict(result, 'steady', 'pass');
    for (const outcome of outcomesIn(result, 'steady')) assert.equal(outcome.coverage?.cases, 3);
    for (const state of ['deaf', 'unstable', 'noAnswer']) assertVerdict(result, state, 'inconclusive');
  });
});
