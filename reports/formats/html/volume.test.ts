import assert from 'node:assert/strict';
import type { RecordSummary, RunReport } from '#core/record.ts';
import { MANY } from '#core/volume.ts';
import { page } from './page.ts';
import { sampleReport } from './sample.fixture.ts';

const sample = sampleReport({ perAttack: 1 });

/** The sample with so many records; every hundredth failed. */
function large(count: number): RunReport {
  const [first] = sample.records;
  assert.ok(first);
  const records = Array.from({ length: count }, (_, index): RecordSummary => ({
    ...first,
    scenario: `rollback/many/no-${index}-end`,
    verdict: index % 100 === 0 ? 'fail' : 'pass',
    observed: index % 100 === 0 ? `failure ${index}` : first.observed,
  }));
  return { ...sample, records };
}

describe('a report of very many scenarios', () => {
  it('lists every scenario on paper with its stimulus and evidence, and shows failures in full', () => {
    const text = page(large(MANY + 1), { paper: true });
    for (let index = 0; index <= MANY; index++) {
      assert.ok(text.includes(`rollback/many/no-${index}-end`), `scenario ${index}`);
    }
    assert.match(text, /There are too many scenarios to show each on paper/);
    assert.equal(text.split('<details class="rec"').length - 1, 11);
    assert.match(text, /failure 1000/);
  });

  it('leaves drawings and timelines of passes to the record, on the screen', () => {
    const text = page(large(MANY + 1), { paper: false });
    assert.equal(text.split('<details class="rec"').length - 1, MANY + 1);
    assert.equal(text.split('<ol class="tl">').length - 1, 11);
  });

  it('shows everything where a reader can go through it', () => {
    const text = page(large(MANY), { paper: true });
    assert.doesNotMatch(text, /too many scenarios/);
    assert.equal(page(large(200), { paper: false }).split('<ol class="tl">').length - 1, 200);
  });
});
