import assert from 'node:assert/strict';
import type { Alarm } from '#core/alarm.ts';
import { repeatsOf, type FuzzFinding } from '#core/fuzz-finding.ts';
import { walk } from '#core/paths.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { fuzzedMachine } from './machine.ts';

describe('suites/fuzzed-wireless', () => {
  const cases = [
    { name: 'cut at 1', bytes: new Uint8Array(1) },
    { name: 'cut at 2', bytes: new Uint8Array(2) },
  ];
  const alarm: Alarm = {
    oracle: 'rebooted',
    what: 'rebooted by itself',
    fault: null,
    frames: [],
    resetReason: null,
    state: 'smp',
  };
  const broken = { index: 1, name: 'cut at 2', what: alarm.what, alarm };
  const finding: FuzzFinding = {
    schema: 'assay-case-1',
    id: '0123456789ab',
    board: 'nrf52840-dk',
    kind: 'virtual',
    flaws: [],
    protocol: 'smp',
    seed: 7,
    found: { index: 1, name: 'cut at 2', length: 2, sha256: '0'.repeat(64) },
    steps: [{ name: 'cut at 2', bytes: '00' }],
    expected: 'it lives',
    observed: alarm.what,
    alarm,
    cause: 'case',
    repeats: repeatsOf(3, 3),
    flaky: false,
    minimal: true,
    probes: 9,
  };
  const looked = { L1: 2, L2: 1, L4: 2 };
  const result = walk(
    fuzzedMachine,
    { protocol: 'smp', of: 'messages cut short', cases, seed: 7 },
    {
      fuzz: [
        { sent: 2, answered: 0, broken: null, recovered: null, looked },
        { sent: 2, answered: 1, broken, recovered: true, looked },
        { sent: 2, answered: 1, broken, recovered: false, looked },
        { sent: 1, answered: 1, broken: null, recovered: null, looked },
        { sent: 0, answered: 0, broken: null, recovered: null, looked },
      ],
      triage: [finding],
    },
  );

  it('passes only when every case was sent and survived', () => {
    assertSound(result);
    assertVerdict(result, 'survived', 'pass');
    assertVerdict(result, 'incomplete', 'inconclusive');
    assert.equal(outcomesIn(result, 'survived')[0]?.coverage?.cases, 2);
  });

  it('names the case that broke the board and what became of it', () => {
    assertVerdict(result, 'broken', 'fail');
    const texts = outcomesIn(result, 'broken').map((outcome) => outcome.observed);
    assert.ok(texts.every((text) => text.includes('case 1 (cut at 2): rebooted by itself')));
    assert.ok(texts.some((text) => text.includes('a reset brought it back')));
    assert.ok(texts.some((text) => text.includes('a reset did not bring it back')));
    assert.ok(
      texts.some((text) => text.includes('finding 0123456789ab: 1 input of 1 bytes does it, 3 of 3')),
    );
  });
});
