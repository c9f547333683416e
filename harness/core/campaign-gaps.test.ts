import assert from 'node:assert/strict';
import type { Campaign, CampaignRecord, SbomSummary } from '#core/campaign.ts';
import { gapsOf, type GapInput } from '#core/campaign-gaps.ts';
import { assembleReport } from '#core/assemble.ts';
import { sampleInput } from '../../reports/formats/html/sample.fixture.ts';

const report = assembleReport(sampleInput({ perAttack: 1 }));
const [first] = report.boards;
assert.ok(first);
const real = { ...first, kind: 'board' as const };

const device = {
  maker: 'Maker',
  model: 'Lock',
  hardwareRevision: 'C',
  serial: '17',
  receivedAt: '2026-11-01',
  condition: 'as new',
  buildType: 'production' as const,
  differences: [],
  releasedImage: real.firmware.digest,
  sbom: 'x.json',
};

/** A campaign to which nothing is missing. */
const whole: Campaign = {
  lab: { name: 'L', address: 'A', independence: 'independent' },
  customer: { name: 'C' },
  operator: { name: 'O' },
  authoriser: { name: 'P' },
  issuedAt: '2026-11-23',
  clock: { source: 'NTP' },
  sampling: 's',
  conditions: 'c',
  deviations: [],
  external: [],
  statements: [],
  ixit: [],
  devices: { [real.id]: device },
  instruments: Object.keys(real.instruments).map((serves) => ({
    serves,
    model: `${serves} box`,
    calibration: { on: '2026-01-01', due: '2027-01-01' },
  })),
};

const sbom: SbomSummary = {
  name: 'x.json',
  file: 'sbom/x.json',
  sha256: 'a'.repeat(64),
  format: 'CycloneDX 1.6',
  components: 3,
  boundBy: 'SHA-512 of component firmware',
  checks: [{ rules: 'R', rule: 'timestamp', met: true, detail: 'stated' }],
};

function record(campaign: Campaign, bill: SbomSummary = sbom): CampaignRecord {
  return {
    schema: 'assay-campaign-1',
    source: { file: 'c.ts', sha256: 'b'.repeat(64) },
    amends: null,
    campaign,
    sboms: { [real.id]: bill },
  };
}

function gaps(changes: Partial<Campaign>, more: Partial<GapInput> = {}) {
  const campaign = record({ ...whole, ...changes });
  return gapsOf({
    campaign,
    boards: [real],
    startedAt: report.startedAt,
    standards: report.standards,
    ...more,
  });
}

const told = (found: ReturnType<typeof gaps>) => found.map(({ kind, what }) => `${kind}: ${what}`);

describe('gaps of a report', () => {
  it('are none where everything was stated and goes together', () => {
    assert.deepEqual(gaps({}), []);
  });

  it('are one for each entry that is left out', () => {
    const required = ['lab', 'customer', 'operator', 'authoriser', 'issuedAt', 'clock', 'sampling'];
    const stated = ['conditions', 'deviations', 'external', 'statements', 'ixit'];
    for (const name of [...required, ...stated] as (keyof Campaign)[]) {
      const { [name]: _left, ...rest } = whole;
      const found = gapsOf({
        campaign: record(rest),
        boards: [real],
        startedAt: report.startedAt,
        standards: report.standards,
      });
      assert.equal(found.length, 1, name);
      assert.equal(found[0]?.kind, 'missing');
    }
    for (const name of Object.keys(device)) {
      const left = Object.fromEntries(Object.entries(device).filter(([other]) => other !== name));
      assert.equal(gaps({ devices: { [real.id]: left } }).length, 1, name);
    }
  });

  it('name the whole item where nothing was said of it, and that a simulation is none', () => {
    const found = gaps({ devices: {} }, { boards: [real, { ...first, title: 'Twin' }] });
    assert.equal(found.length, 2);
    assert.match(found[1]?.what ?? '', /simulation stands in its place/);
  });

  it('tell a build that is not sold, and an image that is not released', () => {
    const devices = {
      [real.id]: { ...device, buildType: 'development' as const, releasedImage: 'f'.repeat(64) },
    };
    assert.deepEqual(told(gaps({ devices })), [
      'conflict: the item is a development build, not what is sold',
      'conflict: the image that was tested is not the one that is released',
    ]);
  });

  it('tell instruments that nobody named, that have no calibration, or whose calibration ended', () => {
    const [some, ...others] = whole.instruments ?? [];
    assert.ok(some);
    const power = { serves: some.serves, model: 'Box' };
    const calibrated = (on: string, due: string) => [{ ...power, calibration: { on, due } }, ...others];
    assert.match(told(gaps({ instruments: others }))[0] ?? '', /^missing: model and calibration of its /);
    assert.match(told(gaps({ instruments: [power, ...others] }))[0] ?? '', /^missing: calibration, or why/);
    assert.match(
      told(gaps({ instruments: calibrated('2024-01-01', '2025-01-01') }))[0] ?? '',
      /before the run/,
    );
    assert.match(
      told(gaps({ instruments: calibrated('2026-12-01', '2027-01-01') }))[0] ?? '',
      /after the run/,
    );
    const excused = [{ ...power, calibration: { none: 'measures nothing' } }, ...others];
    assert.deepEqual(gaps({ instruments: excused }), []);
  });

  it('tell a bill of materials that names another image or breaks rules', () => {
    const checks = [{ rules: 'R', rule: 'timestamp', met: false, detail: 'not stated' }];
    const campaign = record(whole, { ...sbom, boundBy: null, checks });
    const found = gapsOf({ campaign, boards: [real], startedAt: report.startedAt, standards: [] });
    assert.deepEqual(told(found), [
      'conflict: the bill of materials does not name the image that was tested',
      'conflict: the bill of materials misses one rule of R',
    ]);
  });

  it('tell statements that the run speaks against', () => {
    const standard = report.standards.find(({ id }) => id === 'cra-annex-i');
    assert.ok(standard);
    const at = { standard: standard.id, clause: 'I(2)(f)' };
    const say = (statement: object) =>
      told(gaps({ statements: [{ ...at, claim: 'supported', ...statement }] }));
    assert.deepEqual(say({}), []);
    assert.deepEqual(say({ claim: 'not-applicable', reason: 'r' }), [
      'conflict: is stated as not applicable, yet was tested',
    ]);
    assert.deepEqual(say({ clause: 'I(2)(g)', claim: 'not-applicable' }), [
      'conflict: is stated as not applicable without a reason',
    ]);
    assert.deepEqual(say({ ixit: ['nowhere'] }), [
      'conflict: points to row nowhere, which the campaign does not have',
    ]);
    const failed = standard.clauses.map((clause) => Object.assign({}, clause, { verdict: 'fail' as const }));
    const standards = [{ ...standard, clauses: failed }];
    const found = gaps({ statements: [{ ...at, claim: 'supported' }] }, { standards });
    assert.deepEqual(told(found), [
      'conflict: is stated as supported, yet the run holds evidence against it',
    ]);
  });

  it('show what does not go together before what is missing', () => {
    const found = gaps({
      lab: { name: 'L', independence: 'independent' },
      devices: { [real.id]: { ...device, buildType: 'development' } },
    });
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['conflict', 'missing'],
    );
  });
});
