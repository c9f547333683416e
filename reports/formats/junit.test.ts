import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sampleReport } from './html/sample.fixture.ts';
import { junitXml } from './junit.ts';
import { escapeXml } from './text/xml.ts';

/** Tag names in document order; throws where tags do not nest. */
function nested(xml: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, close, name, self] of xml.matchAll(/<(\/?)([a-z]+)(?: [a-z.]+="[^"<]*")*(\/?)>/g)) {
    if (close === '/') assert.equal(open.pop(), name);
    else seen.push(name ?? '');
    if (close === '' && self === '') open.push(name ?? '');
  }
  assert.deepEqual(open, []);
  return seen;
}

const count = (xml: string, pattern: RegExp) => [...xml.matchAll(pattern)].length;

describe('junit.xml', () => {
  it('holds a suite for each board as it was built and a case for each scenario', () => {
    const report = sampleReport({ perAttack: 4, flawed: true });
    const tags = nested(junitXml(report));
    assert.equal(tags.filter((tag) => tag === 'testsuite').length, 4);
    assert.equal(tags.filter((tag) => tag === 'testcase').length, report.records.length);
  });

  it('counts what it lists: fails, errors with the inconclusive, and skips', () => {
    const report = sampleReport({ perAttack: 16, flawed: true });
    const xml = junitXml(report);
    const { totals } = report;
    assert.ok(totals.fail > 0 && totals.error > 0 && totals.inconclusive > 0 && totals['not-applicable'] > 0);
    assert.equal(count(xml, /<failure /g), totals.fail);
    assert.equal(count(xml, /<error /g), totals.error + totals.inconclusive);
    assert.equal(count(xml, /<skipped /g), totals['not-applicable']);
    const head = new RegExp(
      `<testsuites [^>]*tests="${report.records.length}" failures="${totals.fail}" errors="${totals.error + totals.inconclusive}" skipped="${totals['not-applicable']}"`,
    );
    assert.match(xml, head);
  });

  it('gives an inconclusive scenario its type and its reason', () => {
    const xml = junitXml(sampleReport({ perAttack: 6 }));
    assert.match(xml, /<error message="[^"]+" type="inconclusive">rule: /);
  });

  it('keeps hostile text out of the markup', () => {
    const report = sampleReport({ perAttack: 1 });
    const hostile = '</testcase><x a="1">&\u0000\u001b]0;t\u0007\u202e\ufffe';
    const records = report.records.map((record) => Object.assign({}, record, { title: hostile }));
    const xml = junitXml({ ...report, records });
    nested(xml);
    assert.match(xml, /&lt;\/testcase&gt;&lt;x a=&quot;1&quot;&gt;&amp;\\x00\\x1b\]0;t\\x07\\u202e\ufffd/);
  });

  it('escapes any text into what XML 1.0 allows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(escapeXml(text), /[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[<>"]/u);
      }),
    );
  });
});
