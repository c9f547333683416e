import assert from 'node:assert/strict';
import type { CampaignRecord } from '#core/campaign.ts';
import type { RunReport } from '#core/record.ts';
import { FORBIDDEN } from '../../forbidden-words.fixture.ts';
import { page } from './page.ts';
import { sampleCampaign } from './sample-campaign.fixture.ts';
import { sampleReport } from './sample.fixture.ts';
import { moment, sentence } from './words.ts';

/** What a reader reads of a page, or of one of its sections. */
function words(html: string, section?: string): string {
  const from = section === undefined ? 0 : html.indexOf(`<section id="${section}"`);
  assert.ok(from >= 0, section);
  const next = html.indexOf('<section id=', from + 1);
  const part = section === undefined ? html : html.slice(from, next < 0 ? html.indexOf('</main>') : next);
  return part
    .replaceAll(/<(style|script)>[^]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

const shown = (report: RunReport, paper = false) => page(report, { paper });

describe('a campaign in the report', () => {
  const report = sampleReport({ perAttack: 6, campaign: sampleCampaign });

  it('says who tested what for whom, with what, by which clock', () => {
    const text = words(shown(report), 'campaign');
    for (const part of [
      'Laboratory of Examples, Street 1, Town',
      'a test of its own',
      'Product line Locks, locks@maker.example',
      'Alex Operator',
      'Robin Authoriser, head of laboratory',
      '2026-11-23',
      'set by two NTP servers, offset 4 ms',
      'one board only (power-loss): the other is late',
      'Power box 9',
      'PB-3',
      '2025-01-01, due 2026-01-01; K-77',
      '7-UpdMech',
      'Results relate only to the items tested',
      'This report replaces an earlier one',
      '6'.repeat(64),
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it('keeps what was stated of an item apart from what was read from it', () => {
    const text = words(shown(report), 'boards');
    for (const part of ['As stated in the campaign file', 'Maker of Locks', 'SN-0017', 'debug port open']) {
      assert.ok(text.includes(part), part);
    }
    assert.match(text, /another image: 7{64}/);
    assert.match(text, /It does not name the image that was tested/);
    assert.match(text, /BSI TR-03183-2 v2\.1\.0 : 0 of 1 kept.* timestamp .*not stated/);
    assert.match(text, /NTIA minimum elements 2021 : 1 of 1 kept/);
  });

  it('shows every gap on page one', () => {
    const text = words(shown(report), 'summary');
    assert.ok(report.gaps.length > 10);
    for (const { about, what } of report.gaps) {
      assert.ok(text.includes(what) && text.includes(sentence(about)), `${about}: ${what}`);
    }
    assert.match(text, /Gaps: \d+ entries to resolve, \d+ entries missing/);
  });

  it('names the gaps of a run of which nobody stated anything', () => {
    const bare = shown(sampleReport({ perAttack: 1 }));
    assert.match(
      words(bare, 'summary'),
      /The report laboratory, with address and independence; customer; operator/,
    );
    assert.match(words(bare, 'campaign'), /Nobody stated anything of this run/);
    assert.match(words(bare, 'campaign'), /Authorised by Not stated/);
  });

  it('prints what the maker states beside the clause', () => {
    const text = words(shown(report), 'standards');
    assert.match(text, /5\.3-2 shall .{0,120}Stated as supported \(UpdMech-1\)\./);
    assert.match(text, /I\(2\)\(f\) shall .{0,200}Stated as not applicable: said so\./);
  });

  it('reports on the standards that were asked for', () => {
    const campaign = { ...sampleCampaign.campaign, standards: ['en-18031-1'] };
    const some = sampleReport({ perAttack: 1, campaign: { ...sampleCampaign, campaign } });
    assert.deepEqual(
      some.standards.map(({ id }) => id),
      ['en-18031-1'],
    );
  });

  it('escapes whatever a campaign holds', () => {
    const hostile = '<img src=x onerror=alert(1)>"\'\u202e';
    const text = JSON.stringify(sampleCampaign).replaceAll(
      /Laboratory of Examples|Maker of Locks|said so|image over SMP|Power box 9|one board only|debug port open/g,
      () => JSON.stringify(hostile).slice(1, -1),
    );
    const html = shown(sampleReport({ perAttack: 1, campaign: JSON.parse(text) as CampaignRecord }));
    assert.doesNotMatch(html, /<img|\u202e/);
    assert.ok(html.split('&lt;img src=x onerror=alert(1)&gt;').length > 7);
  });

  it('claims nothing in its own words', () => {
    assert.doesNotMatch(words(shown(report), 'campaign'), FORBIDDEN);
    assert.doesNotMatch(words(shown(report), 'methods'), FORBIDDEN);
  });
});

describe('clauses in the report', () => {
  it('name the positive controls that ran, what is not covered and what is untouched', () => {
    const report = sampleReport({ perAttack: 2 });
    const text = words(shown(report), 'standards');
    assert.match(text, /Positive controls Pass control\/update\/variant-1 nrf52840-dk, esp32-devkitc/);
    for (const { clauses, untouched } of report.standards) {
      for (const { notCovered } of clauses) assert.ok(text.includes(notCovered.replaceAll("'", '&#39;')));
      assert.ok(text.includes(untouched.join(', ')));
    }
  });

  it('print a restriction where it bites', () => {
    const report = sampleReport({ perAttack: 1 });
    const standards = report.standards.map((standard) =>
      Object.assign({}, standard, {
        clauses: standard.clauses.map((clause, index) =>
          index === 0 ? Object.assign({}, clause, { restriction: 'It bites here.' }) : clause,
        ),
      }),
    );
    const text = words(shown({ ...report, standards }), 'standards');
    assert.equal(text.split('It bites here.').length, standards.length + 1);
  });
});

describe('paper and screen', () => {
  const report = sampleReport({ perAttack: 6, flawed: true, campaign: sampleCampaign });
  const [screen, paper] = [words(shown(report)), words(shown(report, true))];

  it('have the same sections', () => {
    const sections = (html: string) => [...html.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id);
    assert.deepEqual(sections(shown(report, true)), sections(shown(report)));
  });

  it('say the same of every scenario', () => {
    for (const record of report.records) {
      const facts = [
        record.scenario,
        record.title,
        sentence(record.rule),
        record.expected,
        record.observed,
        record.reached ?? 'not shown to be reached',
        record.control?.scenario ?? 'positive control',
        record.stimulus,
        moment(record.startedAt),
        record.evidence.file,
        record.evidence.head,
        ...record.findings.map(({ text }) => text),
        ...(record.coverage === undefined ? [] : [`${record.coverage.cases} ${record.coverage.of}`]),
      ];
      for (const fact of facts) {
        assert.ok(screen.includes(fact), `screen: ${fact}`);
        assert.ok(paper.includes(fact), `paper: ${fact}`);
      }
    }
  });

  it('say the same of everything else', () => {
    for (const section of ['summary', 'campaign', 'boards', 'gaps', 'standards', 'methods', 'reading']) {
      assert.ok(words(shown(report, true), section) === words(shown(report), section), section);
    }
  });

  it('end with their end mark', () => {
    for (const text of [screen, paper]) assert.ok(text.trimEnd().endsWith(`End of report ${report.id}`));
  });
});
