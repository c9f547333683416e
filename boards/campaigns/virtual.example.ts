import type { Campaign } from '#core/campaign.ts';

/** A campaign on the virtual bench: copy it, and say what is true of yours. Every name in it is made up. */
export const campaign: Campaign = {
  title: 'Update security of two virtual boards',
  lab: {
    name: 'Example Laboratory',
    address: 'Musterstrasse 1, 12345 Musterstadt',
    contact: 'lab@assay.example',
    independence: 'manufacturer',
  },
  customer: { name: 'Example Products', contact: 'quality@assay.example' },
  operator: { name: 'Alex Example', role: 'test engineer' },
  authoriser: { name: 'Robin Example', role: 'head of laboratory' },
  issuedAt: '2026-11-22',
  clock: { source: 'NTP, two servers of the laboratory', offsetMs: 4, checkedAt: '2026-11-20' },
  conditions: 'not controlled: the boards are simulated',
  sampling: 'both boards of the virtual bench',
  devices: {
    'nrf52840-dk': {
      maker: 'The Assay project',
      model: 'simulated nRF52840 DK',
      hardwareRevision: 'none',
      serial: 'none',
      buildType: 'development',
      differences: [
        'no silicon: flash, boot loader and radio are simulated',
        'test keys, not those of a product',
      ],
      receivedAt: '2026-11-20',
      condition: 'as built',
      releasedImage: 'aa1476dcf7ebd8ad20d1a949b49e4dfbc94069540ea13a73f154a93cc61a0429',
      sbom: 'nrf52840-dk.example.cdx.json',
    },
    'esp32-devkitc': {
      maker: 'The Assay project',
      model: 'simulated ESP32-DevKitC',
      hardwareRevision: 'none',
      serial: 'none',
      buildType: 'development',
      differences: ['no silicon: flash, boot loader and network are simulated'],
      receivedAt: '2026-11-20',
      condition: 'as built',
      sbom: 'esp32-devkitc.example.spdx.json',
    },
  },
  statements: [
    {
      standard: 'etsi-en-303-645',
      clause: '5.3-2',
      claim: 'supported',
      ixit: ['UpdMech-SMP', 'UpdMech-HTTPS'],
    },
    {
      standard: 'etsi-en-303-645',
      clause: '5.3-4A',
      claim: 'not-applicable',
      reason: 'a board on a bench has no owner who would let it update by itself',
    },
    { standard: 'en-18031-1', clause: 'SUM-2', claim: 'supported', ixit: ['UpdMech-SMP', 'UpdMech-HTTPS'] },
  ],
  ixit: [
    {
      id: 'UpdMech-SMP',
      standard: 'etsi-en-303-645',
      table: '7-UpdMech',
      boards: ['nrf52840-dk'],
      fields: {
        Description: 'image over SMP on the serial port, installed by MCUboot with a trial boot',
        'Security Guarantees': 'authenticity and integrity of the image, no return to an older version',
        'Cryptographic Details': 'ECDSA P-256 over SHA-256',
        'Initiation and Interaction': 'started by the operator',
      },
    },
    {
      id: 'UpdMech-HTTPS',
      standard: 'etsi-en-303-645',
      table: '7-UpdMech',
      boards: ['esp32-devkitc'],
      fields: {
        Description: 'notice over MQTT, image over HTTP, installed by the ESP-IDF boot loader',
        'Security Guarantees': 'authenticity and integrity of the image, no lower secure version',
        'Cryptographic Details': 'RSA-3072 (Secure Boot V2)',
        'Initiation and Interaction': 'started by the server',
      },
    },
  ],
  instruments: [],
  deviations: [],
  external: [],
};
