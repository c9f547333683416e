import assert from 'node:assert/strict';
import type { OpenRig } from '#core/rig.ts';
import { powerLossMachine } from '../suites/power-loss/machine.ts';
import { attacks } from '../suites/power-loss/attack.ts';
import { openRecord } from '#engine/record-file.ts';
import { Recorder } from '#engine/recorder.ts';
import { runMachine } from '#engine/run-machine.ts';
import { bench } from './benches/virtual-timed.ts';

const [nrf] = bench.boards;

/** The outcome of the revert, cut by time in few places, on the board built with a flaw or none. */
async function revertOn(flaws: readonly string[]) {
  assert.ok(nrf !== undefined);
  const attack = attacks.find(({ id }) => id === 'power-loss/revert');
  const [scenario] = attack?.scenarios(nrf.facts, { seed: 7 }) ?? [];
  assert.ok(scenario !== undefined);
  const { signal } = new AbortController();
  await using rig: OpenRig = await nrf.open({ signal, flaws });
  const input = scenario.input as { readonly manner: object };
  const few = { ...input, manner: { ...input.manner, spread: 12, narrow: 4 } };
  const sink = openRecord(null, { board: nrf.facts.id, flaws, scenario: scenario.id });
  const recorder = new Recorder(
    sink,
    rig.clock,
    (error) => assert.fail(String(error)),
    (text) => text,
  );
  const needs = scenario.needs ?? [];
  const rest = { flaws, crew: null, priorCuts: [], signal, onProgress: () => undefined };
  const outcome = await runMachine({ machine: powerLossMachine, input: few, rig, needs, recorder, ...rest });
  return { outcome, cuts: recorder.entries.filter(({ kind }) => kind === 'cut') };
}

describe('boards/timed-only', () => {
  it('hides what a lab cannot see', async () => {
    assert.ok(nrf !== undefined);
    assert.equal(nrf.facts.countsOperations, false);
    assert.ok(!nrf.offers.includes('sweep') && !nrf.offers.includes('checkpoint'));
    const { signal } = new AbortController();
    await using rig = await nrf.open({ signal });
    assert.equal(rig.sweep, undefined);
    assert.deepEqual(rig.power?.triggers, ['after', 'line']);
  });

  it('a sound board survives cuts by time, each of which is told with when it came', async () => {
    const { outcome, cuts } = await revertOn([]);
    assert.equal(outcome.verdict, 'pass', outcome.observed);
    assert.match(outcome.observed, /0 failures in 12 cuts: .*below 23 %, with 95 % confidence/);
    assert.ok(cuts.length >= 12);
    for (const { data } of cuts) assert.match(JSON.stringify(data), /"wantedMs":.*"achievedMs":.*"rail":/);
  });

  it('a board that forgets its swap does not', async () => {
    const { outcome, cuts } = await revertOn(['mcuboot/swap-not-journalled']);
    assert.equal(outcome.verdict, 'fail', outcome.observed);
    assert.match(outcome.observed, /ms after the phase began/);
    assert.ok(cuts.some(({ data }) => JSON.stringify(data).includes('"broke":')));
  });
});
