import type { CampaignRecord } from '#core/campaign.ts';

/** A campaign on the sample boards, with a gap of every kind. */
export const sampleCampaign: CampaignRecord = {
  schema: 'assay-campaign-1',
  source: { file: 'lock.ts', sha256: '5'.repeat(64) },
  amends: '6'.repeat(64),
  campaign: {
    title: 'Lock, second generation',
    lab: { name: 'Laboratory of Examples', address: 'Street 1, Town', independence: 'manufacturer' },
    customer: { name: 'Product line Locks', contact: 'locks@maker.example' },
    operator: { name: 'Alex Operator' },
    authoriser: { name: 'Robin Authoriser', role: 'head of laboratory' },
    issuedAt: '2026-11-23',
    clock: { source: 'two NTP servers', offsetMs: 4 },
    devices: {
      'nrf52840-dk': {
        maker: 'Maker of Locks',
        model: 'Lock 2',
        serial: 'SN-0017',
        buildType: 'development',
        differences: ['debug port open'],
        releasedImage: '7'.repeat(64),
        sbom: 'lock.cdx.json',
      },
    },
    statements: [
      { standard: 'etsi-en-303-645', clause: '5.3-2', claim: 'supported', ixit: ['UpdMech-1'] },
      { standard: 'cra-annex-i', clause: 'I(2)(f)', claim: 'not-applicable', reason: 'said so' },
    ],
    ixit: [
      {
        id: 'UpdMech-1',
        standard: 'etsi-en-303-645',
        table: '7-UpdMech',
        fields: { Description: 'image over SMP' },
      },
    ],
    instruments: [
      {
        serves: 'power',
        model: 'Power box 9',
        serial: 'PB-3',
        calibration: { on: '2025-01-01', due: '2026-01-01', certificate: 'K-77' },
      },
    ],
    deviations: [{ what: 'one board only', why: 'the other is late', attacks: ['power-loss'] }],
  },
  sboms: {
    'nrf52840-dk': {
      name: 'lock.cdx.json',
      file: 'sbom/abc.json',
      sha256: '8'.repeat(64),
      format: 'CycloneDX 1.6',
      components: 12,
      boundBy: null,
      checks: [
        { rules: 'BSI TR-03183-2 v2.1.0', rule: 'timestamp', met: false, detail: 'not stated' },
        { rules: 'NTIA minimum elements 2021', rule: 'supplier', met: true, detail: 'stated' },
      ],
    },
  },
};
