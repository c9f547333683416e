import assert from 'node:assert/strict';
import type { ReportFormat } from '#core/record.ts';
import { FORBIDDEN } from '../forbidden-words.fixture.ts';
import { format as cyclonedx } from './cyclonedx.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { format as inToto } from './in-toto.ts';
import { format as junit } from './junit.ts';
import { format as oscal } from './oscal.ts';
import { format as sarif } from './sarif.ts';

const FORMATS = [sarif, oscal, cyclonedx, inToto, junit];

/** Every verdict, on boards with and without flaws. */
const REPORT = sampleReport({ perAttack: 14, flawed: true });

async function rendered(format: ReportFormat, report = REPORT) {
  const content = await format.render(report);
  assert.ok(content instanceof Uint8Array);
  return new TextDecoder().decode(content);
}

describe('machine formats', () => {
  for (const format of FORMATS) {
    it(`${format.id}: claims nothing that a test run cannot show, and is the same for the same report`, async () => {
      const text = await rendered(format);
      assert.doesNotMatch(text, FORBIDDEN);
      assert.equal(await rendered(format), text);
    });

    it(`${format.id}: is still one when nothing ran`, async () => {
      const text = await rendered(format, sampleReport({ perAttack: 0, only: [] }));
      assert.ok(text.length > 100);
      if (format !== junit) JSON.parse(text);
    });
  }

  it('sarif: only a fail is an error, and what was not shown is no pass', async () => {
    const { runs } = JSON.parse(await rendered(sarif)) as {
      readonly runs: readonly [
        { readonly results: readonly { kind: string; level: string; properties: { verdict: string } }[] },
      ];
    };
    const kinds = new Map(
      runs[0].results.map(({ kind, level, properties }) => [properties.verdict, `${kind}/${level}`]),
    );
    assert.deepEqual(Object.fromEntries(kinds), {
      pass: 'pass/none',
      inconclusive: 'review/none',
      'not-applicable': 'notApplicable/none',
      error: 'open/none',
      fail: 'fail/error',
    });
    assert.equal(runs[0].results.filter(({ level }) => level === 'error').length, REPORT.totals.fail);
  });

  it('oscal: an attack that showed nothing is not satisfied, for another reason than a fail', async () => {
    const { 'assessment-results': results } = JSON.parse(await rendered(oscal)) as {
      readonly 'assessment-results': {
        readonly results: readonly {
          readonly findings: readonly {
            readonly target: { readonly status: { state: string; reason: string } };
          }[];
        }[];
      };
    };
    const states = results.results.flatMap(({ findings }) =>
      findings.map(({ target: { status } }) => `${status.state}, ${status.reason}`),
    );
    assert.deepEqual([...new Set(states)].toSorted(), [
      'not-satisfied, fail',
      'not-satisfied, other',
      'satisfied, pass',
    ]);
  });
});
