import assert from 'node:assert/strict';
import { countedRecords, coverageOf, mapsTo } from '#core/coverage.ts';
import type { ClauseMapping, RecordSummary, Standard } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';
import { sampleInput } from '../../reports/formats/html/sample.fixture.ts';

const [some] = sampleInput({ perAttack: 1 }).records;

function record(attack: string, verdict: Verdict, flaws: readonly string[] = []): RecordSummary {
  assert.ok(some);
  return { ...some, attack, verdict, flaws };
}

function standard(...attacks: ClauseMapping[]): Standard {
  const clause = { id: 'X-1', paraphrase: 'p', status: 'shall', attacks, notCovered: 'the rest' } as const;
  return { id: 'x', title: 'X', version: '1', caveats: [], clauses: [clause], untouched: [] };
}

function clauseOf(mappings: ClauseMapping[], records: RecordSummary[]) {
  const [clause] = coverageOf(standard(...mappings), records).clauses;
  assert.ok(clause);
  return clause;
}

describe('coverage of a standard', () => {
  it('takes a family by its folder, not by how its name begins', () => {
    assert.ok(mapsTo('rollback/*', 'rollback/unconfirmed'));
    assert.ok(!mapsTo('rollback/*', 'rollback-new/x'));
    assert.ok(!mapsTo('rollback/*', 'rollback'));
    assert.ok(mapsTo('rollback/a', 'rollback/a'));
    assert.ok(!mapsTo('rollback/a', 'rollback/ab'));
  });

  it('lets an id speak before its family', () => {
    const clause = clauseOf(
      [
        { attack: 'a/*', relation: 'partial' },
        { attack: 'a/x', relation: 'direct', note: 'asked for' },
      ],
      [record('a/x', 'pass'), record('a/x', 'pass'), record('a/y', 'pass')],
    );
    assert.deepEqual(clause.contributions, [
      { attack: 'a/x', relation: 'direct', note: 'asked for', verdict: 'pass', records: 2 },
      { attack: 'a/y', relation: 'partial', verdict: 'pass', records: 1 },
    ]);
    assert.equal(clause.verdict, 'pass');
  });

  it('lets one fail outweigh all passes', () => {
    const clause = clauseOf(
      [{ attack: 'a/*', relation: 'partial' }],
      [record('a/x', 'pass'), record('a/x', 'fail')],
    );
    assert.equal(clause.verdict, 'fail');
  });

  it('does not round up what was mapped and not run', () => {
    const mappings: ClauseMapping[] = [
      { attack: 'a/*', relation: 'direct' },
      { attack: 'b/*', relation: 'partial' },
    ];
    const clause = clauseOf(mappings, [record('a/x', 'pass')]);
    assert.equal(clause.verdict, 'inconclusive');
    assert.deepEqual(clause.contributions.at(-1), {
      attack: 'b/*',
      relation: 'partial',
      verdict: 'not-run',
      records: 0,
    });
    assert.equal(clauseOf(mappings, []).verdict, 'not-run');
  });

  it('draws no verdict from context, good or bad', () => {
    const context: ClauseMapping = { attack: 'a/*', relation: 'context' };
    assert.equal(clauseOf([context], [record('a/x', 'pass')]).verdict, 'context-only');
    const beside = clauseOf(
      [context, { attack: 'b/*', relation: 'direct' }],
      [record('a/x', 'fail'), record('b/x', 'pass')],
    );
    assert.equal(beside.verdict, 'pass');
  });

  it('keeps boards that were built with flaws out, unless there is nothing else', () => {
    const sound = record('a/x', 'pass');
    const flawed = record('a/x', 'fail', ['mcuboot/no-watchdog']);
    assert.deepEqual(countedRecords([sound, flawed]), [sound]);
    assert.deepEqual(countedRecords([flawed]), [flawed]);
  });
});
