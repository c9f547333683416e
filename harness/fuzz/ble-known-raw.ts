import { raw, unsent, type KnownBleAttack } from '#fuzz/ble-attack.ts';

/** What needs firmware of our own in the radio. */
export const RAW_ATTACKS: readonly KnownBleAttack[] = [
  raw(
    'sweyntooth-ll-length',
    ['CVE-2019-16336', 'CVE-2019-17519'],
    'Cypress PSoC, NXP KW41Z',
    'a short LL PDU whose length says 240',
  ),
  raw(
    'sweyntooth-llid-zero',
    ['CVE-2019-17061', 'CVE-2019-17060'],
    'Cypress, NXP',
    'LLID 0 in a version indication or Pairing Request',
  ),
  raw(
    'sweyntooth-connect-interval',
    ['CVE-2019-19193'],
    'TI CC254x',
    'CONNECT_IND with interval or timeout 0, or cut short',
  ),
  raw(
    'esp32-plaintext-after-encryption',
    ['CVE-2020-13595'],
    'ESP32',
    'the same request encrypted, then in clear',
  ),
  raw('zephyr-first-anchor', ['CVE-2020-10061'], 'Zephyr', 'sequence bits set in the first anchor point'),
  raw(
    'channel-map-zero',
    ['CVE-2020-10069', 'CVE-2020-13594'],
    'Zephyr, ESP32, Microchip',
    'CONNECT_IND without channels',
  ),
  raw('injectable', ['CVE-2021-31615'], 'every receiver', 'a frame injected into the receive window'),
  raw('zephyr-duplicate-length-request', ['CVE-2020-10068'], 'Zephyr', 'data length requests back to back'),
  raw('zephyr-repeated-control', ['CVE-2021-3430', 'CVE-2021-3431'], 'Zephyr', 'repeated control requests'),
  raw(
    'zephyr-connect-parameters',
    ['CVE-2021-3432', 'CVE-2021-3433', 'CVE-2025-12890'],
    'Zephyr up to 4.1',
    'CONNECT_IND with interval 0 or 1 or a bad channel map',
  ),
  raw('zephyr-update-interval', ['CVE-2024-4785'], 'Zephyr up to 3.6', 'a connection update with interval 0'),
  raw(
    'zephyr-phy-instant',
    ['CVE-2026-19740'],
    'Zephyr 3.4 to 4.4',
    'a PHY update with a future instant, then another control PDU',
  ),
  raw(
    'nimble-pause-encryption',
    ['CVE-2025-52435'],
    'NimBLE up to 1.8.0',
    'encryption paused, then an unexpected control PDU',
  ),
  raw('nimble-channel-map', [], 'NimBLE before 2026-05', 'a channel map update with fewer than two channels'),
  raw(
    'nimble-update-parameters',
    [],
    'NimBLE before 2026-05',
    'a connection update whose parameters are out of range',
  ),
  raw('sweyntooth-hop', [], 'a probe of the SweynTooth authors', 'CONNECT_IND with a hop of 0 to 4'),
  raw('sweyntooth-version', [], 'a probe of the SweynTooth authors', 'version indications again and again'),
  raw(
    'sweyntooth-data-in-setup',
    [],
    'a probe of the SweynTooth authors',
    'data while encryption is being set up',
  ),
  unsent(
    'classic',
    'bias-bluffs',
    ['CVE-2020-10135', 'CVE-2023-24023'],
    'BR/EDR of dual-mode devices',
    'authentication of the legacy way, and session keys that come again',
  ),
  unsent(
    'classic',
    'braktooth',
    ['CVE-2021-28135', 'CVE-2021-28136', 'CVE-2021-28137', 'CVE-2021-28138', 'CVE-2021-28139'],
    'ESP32 with Classic on, and others',
    'LMP packets out of order, too long, and of features that are not there',
  ),
  raw(
    'esp32-access-address',
    ['CVE-2025-64342'],
    'ESP32',
    'CONNECT_IND with access address 00000000 or FFFFFFFF',
  ),
];
