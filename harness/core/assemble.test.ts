import assert from 'node:assert/strict';
import { assembleReport, verdictDigest } from '#core/assemble.ts';
import type { RecordSummary } from '#core/record.ts';
import { sampleInput } from '../../reports/formats/html/sample.fixture.ts';

const change = (record: RecordSummary, changes: Partial<RecordSummary>): RecordSummary =>
  Object.assign({}, record, changes);

describe('verdict digest', () => {
  const { records } = sampleInput({ perAttack: 3 });

  it('depends neither on order nor on times, evidence or wording', () => {
    const later = records.toReversed().map((record, index) =>
      change(record, {
        startedAt: '2031-01-01T00:00:00Z',
        wallMs: index,
        rigMs: index,
        observed: 'other words',
        evidence: { file: 'elsewhere', entries: 1, head: 'f'.repeat(64) },
      }),
    );
    assert.equal(verdictDigest(later), verdictDigest(records));
  });

  it('changes with any verdict, stimulus, scenario, board or flaw', () => {
    const [first, ...rest] = records;
    assert.ok(first);
    const changes: Partial<RecordSummary>[] = [
      { verdict: 'fail' },
      { stimulus: '0'.repeat(64) },
      { scenario: 'control/other' },
      { board: 'another' },
      { flaws: ['mcuboot/no-watchdog'] },
    ];
    const digests = changes.map((changed) => verdictDigest([change(first, changed), ...rest]));
    assert.equal(new Set([...digests, verdictDigest(records)]).size, changes.length + 1);
  });

  it('takes flaws as a set', () => {
    const [first] = records;
    assert.ok(first);
    const one = change(first, { flaws: ['a/x', 'b/y'] });
    const other = change(first, { flaws: ['b/y', 'a/x'] });
    assert.equal(verdictDigest([one]), verdictDigest([other]));
  });
});

describe('report assembly', () => {
  it('is a pure function of what was recorded', () => {
    const input = sampleInput({ perAttack: 2, flawed: true });
    assert.deepEqual(assembleReport(structuredClone(input)), assembleReport(input));
  });

  it('counts every verdict, zeros included, and keeps the worst', () => {
    const input = sampleInput({ perAttack: 6 });
    const report = assembleReport(input);
    assert.equal(
      Object.values(report.totals).reduce((a, b) => a + b, 0),
      input.records.length,
    );
    assert.equal(report.totals.fail, 0);
    assert.equal(report.verdict, 'inconclusive');
  });

  it('carries neither what was told as one piece nor standards as they were given', () => {
    const report = assembleReport(sampleInput({ perAttack: 1 }));
    assert.ok(!('told' in report));
    assert.ok(
      report.standards.every((standard) => standard.clauses.every((clause) => !('attacks' in clause))),
    );
  });

  it('proves nothing with no records', () => {
    const report = assembleReport({ ...sampleInput({ perAttack: 1 }), records: [] });
    assert.equal(report.verdict, 'inconclusive');
  });
});
