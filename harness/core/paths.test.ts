import assert from 'node:assert/strict';
import { setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { isAssayError } from '#core/errors.ts';
import type { Outcome } from '#core/outcome.ts';
import { walk } from '#core/paths.ts';
import { boardAtFault, finalOutcome, noAnswer, onBoardTrouble, typed } from '#core/scenario-machine.ts';
import { verbs } from '#core/verbs.ts';

const parts = setup({
  types: { context: typed<object>(), output: typed<Outcome>() },
  actors: { readIdentity: verbs.readIdentity },
  guards: { boardAtFault, alive: (_, seen: { readonly running: boolean }) => seen.running },
  actions: { keepTrouble: () => undefined },
});

const dead = { running: false, why: 'silence' } as const;
const alive = {
  running: true,
  identity: 'aa',
  version: '1.0.0',
  slot: 's',
  confirmed: true,
  how: 'test',
} as const;

function said(rule: string): Outcome {
  return { verdict: 'pass', rule, expected: '', observed: '', reached: '' };
}

const reading = parts.createMachine({
  initial: 'reading',
  context: {},
  output: finalOutcome,
  states: {
    reading: {
      invoke: {
        src: 'readIdentity',
        input: {},
        onDone: [
          { guard: { type: 'alive', params: ({ event }) => event.output }, target: 'resting' },
          { target: 'dead' },
        ],
        onError: onBoardTrouble,
      },
    },
    resting: { after: { 500: 'rested' } },
    rested: { type: 'final', output: () => said('rested') },
    dead: { type: 'final', output: () => said('dead') },
    noAnswer: { type: 'final', output: () => noAnswer('', new Error('x')) },
  },
});

function codeOf(machine: AnyStateMachine): string {
  try {
    walk(machine, undefined, { readIdentity: [dead] });
  } catch (error) {
    return isAssayError(error) ? error.code : String(error);
  }
  return 'none';
}

describe('core/paths', () => {
  const result = walk(reading, undefined, { readIdentity: [dead, alive] });
  const by = (step: string) => result.paths.find((path) => path.steps[0] === step);

  it('feeds every scripted output, both kinds of trouble and delayed transitions', () => {
    assert.equal(result.paths.length, 4);
    assert.deepEqual(by('readIdentity #0')?.states, ['reading', 'dead']);
    assert.deepEqual(by('readIdentity #1')?.states, ['reading', 'resting', 'rested']);
    assert.deepEqual(by('readIdentity #1')?.steps, ['readIdentity #1', 'after 500']);
    assert.deepEqual(result.unreached, []);
  });

  it("gives the final state's output as outcome", () => {
    const end = by('readIdentity #0')?.end;
    assert.equal(end?.kind === 'outcome' && end.outcome.rule, 'dead');
  });

  it('lets trouble of the bench escape, and only that', () => {
    const bench = by('readIdentity bench error')?.end;
    assert.ok(bench?.kind === 'escaped' && isAssayError(bench.error) && bench.error.fault === 'bench');
    const peer = by('readIdentity peer error')?.end;
    assert.ok(peer?.kind === 'outcome' && peer.outcome.verdict === 'inconclusive');
  });

  it('names states that no path enters', () => {
    assert.deepEqual(walk(reading, undefined, { readIdentity: [dead] }).unreached, ['resting', 'rested']);
  });

  it('refuses a machine that goes round in circles', () => {
    const circle = parts.createMachine({
      initial: 'reading',
      context: {},
      states: {
        reading: { invoke: { src: 'readIdentity', input: {}, onDone: { target: 'reading', reenter: true } } },
      },
    });
    assert.equal(codeOf(circle), 'machine-endless');
  });

  it('refuses a state that waits for nothing, and a verb without a script', () => {
    const stuck = parts.createMachine({ initial: 'idle', context: {}, states: { idle: {} } });
    assert.equal(codeOf(stuck), 'machine-stuck');
    const other = setup({ actors: { activate: verbs.activate } }).createMachine({
      initial: 'a',
      states: { a: { invoke: { src: 'activate', input: {} } } },
    });
    assert.equal(codeOf(other), 'verb-unscripted');
  });
});
