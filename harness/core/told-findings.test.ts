import assert from 'node:assert/strict';
import type { Json } from '#core/canonical.ts';
import { link, type Evidence } from '#core/evidence.ts';
import { findingFolder, toldFindings } from '#core/told-findings.ts';

const finding = {
  id: '0123456789ab',
  protocol: 'mqtt',
  cause: 'case',
  flaky: false,
  minimal: true,
  repeats: { alarms: 3, tries: 3, from: 0.438, to: 1 },
  alarm: { oracle: 'fault-line', fault: 'assert failed: <n>', resetReason: 'SW_CPU_RESET' },
  expected: 'it lives',
  observed: 'it crashed',
  steps: [{ name: 'topic length = 0', bytes: '30020000' }],
};

function chainOf(...found: readonly Json[]): readonly Evidence[] {
  const chain: Evidence[] = [];
  for (const data of found) chain.push(link(chain.at(-1), 0, 'finding', data));
  return chain;
}

describe('what a report tells of findings', () => {
  it('is the input as hex, how often it did it, and what was seen', () => {
    const [told] = toldFindings(chainOf(finding)) ?? [];
    assert.equal(told?.oracle, 'fault-line');
    assert.deepEqual(told?.steps, [{ name: 'topic length = 0', length: 4, bytes: '30020000' }]);
    assert.equal(
      findingFolder('records/esp32@x/fuzzed.jsonl', told?.id ?? ''),
      'findings/esp32@x/0123456789ab',
    );
  });

  it('cuts what is long, and says how long it is', () => {
    const long = {
      ...finding,
      steps: Array.from({ length: 40 }, () => ({ name: 'x', bytes: 'ab'.repeat(5000) })),
    };
    const [told] = toldFindings(chainOf(long)) ?? [];
    assert.equal(told?.inputs, 40);
    assert.equal(told?.steps.length, 16);
    assert.deepEqual([told?.steps[0]?.length, told?.steps[0]?.bytes.length], [5000, 2048]);
  });

  it('is nothing of a record that somebody wrote otherwise', () => {
    const wrong: readonly Json[] = [
      null,
      'x',
      [],
      { ...finding, id: '../../etc' },
      { ...finding, steps: [{ name: 'x', bytes: '<b>' }] },
      { ...finding, repeats: { alarms: '3' } },
      { ...finding, protocol: 7 },
    ];
    for (const data of wrong) assert.equal(toldFindings(chainOf(data)), undefined);
    assert.equal(toldFindings([]), undefined);
  });
});
