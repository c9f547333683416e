import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RunReport } from '#core/record.ts';
import { sampleCampaign } from './html/sample-campaign.fixture.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { format, reportJson } from './json.ts';

const schema = JSON.parse(readFileSync(new URL('report.schema.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, unknown>
>;

function validator() {
  return new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
}

describe('report.json', () => {
  it('fits its schema, flawed boards, sweeps and all verdicts included', () => {
    const validate = validator();
    const report: unknown = JSON.parse(reportJson(sampleReport({ perAttack: 16, flawed: true })));
    assert.ok(validate(report), JSON.stringify(validate.errors?.slice(0, 3)));
  });

  it('fits its schema with a campaign, and has a schema of campaigns that names every member', () => {
    const validate = validator();
    const report = sampleReport({ perAttack: 1, campaign: sampleCampaign });
    assert.ok(validate(JSON.parse(reportJson(report))), JSON.stringify(validate.errors?.slice(0, 3)));
    const campaign = { ...sampleCampaign.campaign, extra: 1 };
    assert.ok(!validate({ ...report, campaign: { ...sampleCampaign, campaign } }));
  });

  it('fits its schema when nothing ran', () => {
    const validate = validator();
    const empty: unknown = JSON.parse(reportJson(sampleReport({ perAttack: 0, only: [] })));
    assert.ok(validate(empty), JSON.stringify(validate.errors?.slice(0, 3)));
  });

  it('has a schema that allows no member it does not name', () => {
    const validate = validator();
    const report = JSON.parse(reportJson(sampleReport({ perAttack: 1 }))) as { records: object[] };
    const [first] = report.records;
    assert.ok(!validate({ ...report, extra: 1 }));
    assert.ok(!validate({ ...report, records: [{ ...first, extra: 1 }] }));
    assert.ok(!validate({ ...report, records: [{ ...first, verdict: 'passed' }] }));
  });

  it('is the same text for the same report, whatever the order of members', async () => {
    const report = sampleReport({ perAttack: 2 });
    const turned = Object.fromEntries(Object.entries(report).toReversed()) as unknown as RunReport;
    assert.equal(reportJson(turned), reportJson(report));
    assert.deepEqual(await format.render(report), new TextEncoder().encode(reportJson(report)));
  });
});
