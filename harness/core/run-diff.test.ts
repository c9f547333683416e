import assert from 'node:assert/strict';
import { sampleReport } from '../../reports/formats/html/sample.fixture.ts';
import type { RecordSummary } from '#core/record.ts';
import { diffRuns, type DiffSide } from '#core/run-diff.ts';

const REPORT = sampleReport({
  perAttack: 2,
  only: ['control/update', 'rollback/unconfirmed', 'downgrade/older-version'],
});

function changed(change: (record: RecordSummary) => Partial<RecordSummary>): DiffSide {
  return { ...REPORT, records: REPORT.records.map((record) => Object.assign({}, record, change(record))) };
}

const is =
  (scenario: string, board = 'nrf52840-dk') =>
  (record: RecordSummary) =>
    record.scenario === scenario && record.board === board;

describe('difference of two runs', () => {
  it('is none between a run and itself', () => {
    const diff = diffRuns(REPORT, REPORT);
    assert.ok(diff.same);
    assert.deepEqual(diff.conditions, []);
    assert.equal(diff.totals.same, REPORT.records.length);
  });

  it('puts first what became worse, and tells better from changed', () => {
    const first = is('rollback/unconfirmed/variant-1');
    const second = is('rollback/unconfirmed/variant-2');
    const after = changed((record) => {
      if (first(record)) return { verdict: 'fail' };
      return second(record) ? { verdict: 'not-applicable' } : {};
    });
    const diff = diffRuns(REPORT, after);
    assert.deepEqual(
      diff.rows.slice(0, 3).map(({ change, scenario }) => [change, scenario]),
      [
        ['worse', 'rollback/unconfirmed/variant-1'],
        ['changed', 'rollback/unconfirmed/variant-2'],
        ['same', diff.rows[2]?.scenario],
      ],
    );
    assert.equal(diff.same, false);
    assert.equal(diffRuns(after, REPORT).totals.better, 1);
  });

  it('takes a fail that turned into no verdict for better, and never for the same', () => {
    const [one, two] = (['fail', 'inconclusive'] as const).map((verdict) => changed(() => ({ verdict })));
    assert.ok(one && two);
    assert.equal(diffRuns(one, two).totals.better, REPORT.records.length);
  });

  it('compares what was made in the same way for other firmware', () => {
    const boards = REPORT.boards.map((board) =>
      Object.assign({}, board, {
        firmware: { ...board.firmware, version: '1.2.1+0', digest: 'f'.repeat(64) },
      }),
    );
    const after = { ...changed(({ stimulus }) => ({ stimulus: `${stimulus.slice(1)}0` })), boards };
    const diff = diffRuns(REPORT, after);
    assert.ok(diff.same);
    assert.deepEqual(
      diff.conditions.filter(({ about }) => about === 'nrf52840-dk').map(({ what }) => what),
      ['firmware version', 'firmware SHA-256'],
    );
  });

  for (const [why, after] of [
    ['another seed', { ...changed(() => ({ stimulus: '0', seed: 8 })), seed: 8 }],
    [
      'another version of assay',
      { ...changed(() => ({ stimulus: '0' })), tool: { ...REPORT.tool, version: '9.9.9' } },
    ],
    ['same seed and firmware', changed(() => ({ stimulus: '0' }))],
    [
      'virtual bench',
      { ...REPORT, boards: REPORT.boards.map((board) => Object.assign({}, board, { kind: 'board' })) },
    ],
  ] as const) {
    it(`does not compare where ${why} makes it another test, and says so`, () => {
      const diff = diffRuns(REPORT, after);
      assert.equal(diff.totals['not-comparable'], REPORT.records.length);
      assert.ok(diff.rows.every((row) => row.why?.includes(why)));
      assert.equal(diff.same, false);
    });
  }

  it('does compare another seed where the input is the same, and names the seed', () => {
    const diff = diffRuns(REPORT, { ...changed(() => ({ seed: 8 })), seed: 8 });
    assert.ok(diff.same);
    assert.deepEqual(diff.conditions, [{ about: 'the runs', what: 'seed', before: '7', after: '8' }]);
  });

  it('keeps what only one run has', () => {
    const fewer = { ...REPORT, records: REPORT.records.slice(1) };
    assert.equal(diffRuns(REPORT, fewer).totals['only-before'], 1);
    assert.equal(diffRuns(fewer, REPORT).totals['only-after'], 1);
    assert.equal(diffRuns(fewer, REPORT).same, false);
  });
});
