import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RecordSummary, RunReport } from '#core/record.ts';
import { FORBIDDEN } from '../forbidden-words.fixture.ts';
import { format } from './html.ts';
import { escapeHtml, markup } from './html/markup.ts';
import { page } from './html/page.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { headline } from './html/summary.ts';

const shown = (report: RunReport) => page(report, { paper: false });

/** What a reader reads: text without tags, styles and scripts. */
function words(html: string): string {
  return html
    .replaceAll(/<(style|script)>[^]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** What says which scenario a record is of. */
function identityOf({ board, attack, family, scenario, title, evidence }: RecordSummary) {
  return { board, attack, family, scenario, title, evidence };
}

/** What a record says of a scenario that makes no sense on its board. */
const skip = {
  flaws: [],
  verdict: 'not-applicable',
  rule: 'this board has no watchdog',
  expected: 'not run',
  observed: 'not run',
  reached: null,
  control: null,
  findings: [],
  stimulus: 'ab'.repeat(32),
  seed: 7,
  path: [],
  startedAt: '2026-11-22T14:55:03.000Z',
  wallMs: 0,
  rigMs: 0,
} as const;

describe('markup', () => {
  it('escapes every value that is not markup', () => {
    assert.equal(
      markup`<p title="${'"x\''}">${'<i>&'}</p>`.text,
      '<p title="&quot;x&#39;">&lt;i&gt;&amp;</p>',
    );
    assert.equal(markup`${[markup`<b>${1}</b>`, null, false, 'a']}`.text, '<b>1</b>a');
  });

  it('lets no text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(escapeHtml(text), /[<>"']|[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});

describe('headline', () => {
  const of = (...verdicts: ('pass' | 'fail' | 'inconclusive' | 'error' | 'not-applicable')[]) =>
    headline(verdicts.map((verdict) => ({ verdict })));

  it('says what came out and never more', () => {
    assert.equal(of('pass', 'pass'), 'All 2 judged scenarios passed.');
    assert.equal(of('pass', 'not-applicable'), 'The one judged scenario passed.');
    assert.equal(
      of('pass', 'pass', 'inconclusive'),
      'All 2 judged scenarios passed. 1 scenario showed nothing.',
    );
    assert.equal(of('pass', 'fail', 'error'), '1 of 2 judged scenarios failed. 1 scenario showed nothing.');
    assert.equal(of('error', 'inconclusive'), 'No scenario could be judged.');
    assert.equal(of(), 'No scenario was run.');
  });
});

describe('report.html', () => {
  it('is one file that names nothing outside itself', async () => {
    const bytes = await format.render(sampleReport({ perAttack: 2 }));
    assert.ok(bytes instanceof Uint8Array);
    const html = new TextDecoder().decode(bytes);
    const places = [...html.matchAll(/(?:src|href|action|url)\s*[=(]\s*"?([^")\s>]+)/g)].map(
      ([, place]) => place ?? '',
    );
    assert.ok(places.length > 0);
    assert.deepEqual(
      places.filter((place) => !place.startsWith('#') && place !== 'data:,'),
      [],
    );
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  });

  it('claims nothing that a test run cannot show', () => {
    assert.doesNotMatch(words(shown(sampleReport({ perAttack: 6, flawed: true }))), FORBIDDEN);
  });

  it('says on page one what was tested, how it came out and what is not shown', () => {
    const report = sampleReport({ perAttack: 6 });
    const text = words(shown(report));
    const [board] = report.boards;
    for (const part of [
      report.id,
      report.verdictDigest,
      board?.firmware.digest,
      board?.firmware.signingKeyId,
      'Virtual board',
      'a simulation inside Assay',
      'Results relate only to the items tested',
      'A virtual board is a simulation',
      `Seed ${report.seed}`,
    ]) {
      assert.ok(text.includes(part ?? '?'), part);
    }
  });

  it('says so when the run was interrupted', () => {
    const report = sampleReport({ perAttack: 1 });
    assert.doesNotMatch(words(shown(report)), /Interrupted\./);
    assert.match(
      words(shown({ ...report, interrupted: true })),
      /Interrupted\. This run stopped before its end/,
    );
  });

  it('says whose records it took over', () => {
    const report = { ...sampleReport({ perAttack: 1 }), resumed: 'run-before' };
    assert.match(words(shown(report)), /it took over the records of run-before, which was interrupted/);
  });

  it('keeps boards with flaws out of the headline', () => {
    const text = words(shown(sampleReport({ perAttack: 4, flawed: true })));
    assert.match(text, /All \d+ judged scenarios passed\./);
    assert.match(text, /Boards built with flaws on purpose/);
  });

  for (const paper of [false, true]) {
    it(`says of what was not run why, and nothing that only a run can show${paper ? ', on paper too' : ''}`, () => {
      const report = sampleReport({ perAttack: 1 });
      const skipped = report.records.map((record) => ({ ...skip, ...identityOf(record) }));
      const text = words(page({ ...report, records: skipped }, { paper }));
      assert.match(text, /This board has no watchdog/);
      assert.doesNotMatch(
        text,
        /Carried out once|One case|itself a positive control|was not shown to be reached/,
      );
    });
  }

  it('gives every record an anchor, and no link without its place', () => {
    const html = shown(sampleReport({ perAttack: 3, flawed: true }));
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '');
    assert.equal(new Set(ids).size, ids.length, 'an id is used twice');
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
    assert.deepEqual(
      [...new Set(targets)].filter((id) => !ids.includes(id)),
      [],
    );
  });

  it('keeps headings in order', () => {
    const levels = [...shown(sampleReport({ perAttack: 2, flawed: true })).matchAll(/<h([1-6])/g)].map(
      ([, level]) => Number(level),
    );
    assert.equal(levels[0], 1);
    assert.equal(levels.filter((level) => level === 1).length, 1);
    for (const [index, level] of levels.entries())
      assert.ok(level <= (levels[index - 1] ?? 1) + 1, `heading ${index}`);
  });

  it('is still a report when nothing ran, and when a graph makes no sense', () => {
    const empty = sampleReport({ perAttack: 0, only: [] });
    assert.match(words(shown(empty)), /No scenario was run\./);
    const report = sampleReport({ perAttack: 1 });
    const attacks = report.attacks.map((attack) =>
      Object.assign({}, attack, {
        graph: { initial: 'x', nodes: [], edges: [{ from: 'a', to: 'b', label: '' }] },
      }),
    );
    assert.match(words(shown({ ...report, attacks })), /offering starting resetting/);
  });

  it('stays under 3 MB for a full run', () => {
    const report = sampleReport({ perAttack: 24 });
    assert.ok(report.records.length >= 240);
    assert.ok(shown(report).length < 3_000_000);
  });
});
