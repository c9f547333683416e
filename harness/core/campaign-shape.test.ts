import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Campaign } from '#core/campaign.ts';
import { campaignMisfits, isCampaign } from '#core/campaign-shape.ts';

/** A campaign that fills every field. */
const whole: Campaign = {
  title: 'Lock v2',
  lab: {
    name: 'Bench 3',
    address: 'Some Street 1',
    contact: 'lab@maker.example',
    independence: 'manufacturer',
  },
  site: 'Hall 2',
  customer: { name: 'Product line', address: 'Some Street 2', contact: 'line@maker.example' },
  operator: { name: 'A. Person', role: 'test engineer', organisation: 'Maker' },
  authoriser: { name: 'B. Person', role: 'head of laboratory' },
  issuedAt: '2026-11-22',
  clock: { source: 'NTP', offsetMs: 3.5, checkedAt: '2026-11-22' },
  conditions: '23 °C',
  sampling: 'one unit of the first lot',
  standards: ['cra-annex-i'],
  devices: {
    left: {
      maker: 'Maker',
      model: 'Lock',
      hardwareRevision: 'C',
      serial: '17',
      siliconRevision: 'rev 2',
      buildType: 'production',
      differences: [],
      receivedAt: '2024-02-29',
      condition: 'as new',
      releasedImage: 'a'.repeat(64),
      sbom: 'lock.cdx.json',
    },
  },
  statements: [
    { standard: 'cra-annex-i', clause: 'I(2)(f)', claim: 'supported', reason: 'r', ixit: ['UpdMech-1'] },
  ],
  ixit: [
    { id: 'UpdMech-1', standard: 'cra-annex-i', table: '7-UpdMech', boards: ['left'], fields: { a: 'b' } },
  ],
  instruments: [
    {
      serves: 'power',
      boards: ['left'],
      model: 'PPK2',
      serial: '5',
      firmware: '1.2',
      calibration: { on: '2026-01-01', due: '2027-01-01', certificate: 'K-1', uncertainty: '0.1 V' },
    },
    { serves: 'probe', model: 'J-Link', calibration: { none: 'measures nothing' } },
  ],
  deviations: [{ what: 'w', why: 'y', attacks: ['rollback'] }],
  external: [],
};

const field = (value: unknown) => campaignMisfits(value).map((misfit) => misfit.field);

describe('campaign', () => {
  it('may be whole or empty', () => {
    assert.deepEqual(campaignMisfits(whole), []);
    assert.deepEqual(campaignMisfits({}), []);
  });

  it('names field, expected and got', () => {
    assert.deepEqual(campaignMisfits({ ...whole, devices: { left: { buildType: 'debug' } } }), [
      {
        field: 'devices.left.buildType',
        expected: 'one of production, pre-production, development',
        got: '"debug"',
      },
    ]);
    assert.deepEqual(campaignMisfits({ lab: { name: 'x' } }), [
      { field: 'lab.independence', expected: 'one of manufacturer, independent', got: 'nothing' },
    ]);
    assert.deepEqual(field({ instruments: [{ serves: 'power', model: 'x', calibration: {} }] }), [
      'instruments[0].calibration',
    ]);
    assert.deepEqual(field({ devices: { 'my board': { serial: 5 } } }), ['devices["my board"].serial']);
  });

  it('knows no other fields: a misspelt one would be missing in silence', () => {
    assert.deepEqual(field({ authorizer: { name: 'x' } }), ['authorizer']);
    assert.match(campaignMisfits({ authorizer: 1 })[0]?.expected ?? '', /authoriser/);
    assert.deepEqual(field({ devices: { left: { colour: 'red' } } }), ['devices.left.colour']);
    assert.deepEqual(field(JSON.parse('{"__proto__":{"name":"x"},"constructor":1}')), [
      '__proto__',
      'constructor',
    ]);
  });

  it('takes dates that the calendar has', () => {
    const of = (issuedAt: unknown) => field({ issuedAt }).length;
    assert.deepEqual(['2026-11-22', '2024-02-29', '2000-02-29'].map(of), [0, 0, 0]);
    assert.deepEqual(
      ['2026-02-29', '2100-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '22.11.2026', '', 20261122].map(
        of,
      ),
      [1, 1, 1, 1, 1, 1, 1, 1],
    );
  });

  it('takes no empty, endless or wrong text', () => {
    for (const title of ['', '  ', 'x'.repeat(4001), 7, null, []])
      assert.deepEqual(field({ title }), ['title']);
  });

  it('tells a bounded number of misfits about anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.ok(campaignMisfits(value).length <= 20);
        assert.equal(isCampaign(value), campaignMisfits(value).length === 0);
      }),
    );
  });

  it('finds any field of a whole campaign that is replaced by something else', () => {
    for (const name of Object.keys(whole)) {
      assert.deepEqual(field({ ...whole, [name]: 7 }), [name]);
    }
  });
});
