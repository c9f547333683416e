import type { BleStep } from '#codecs/ble/attack-case.ts';
import { attack, fromStranger, SETTLE, signal, type KnownBleAttack } from '#fuzz/ble-attack.ts';

/** The first dynamic SPSM, and that of ATT over channels. */
const FIRST_SPSM = 0x80;
const EATT_SPSM = 0x27;
const OPEN: BleStep = { do: 'open-channel', spsm: FIRST_SPSM };

/** Attacks on signalling and channels. */
export function channelAttacks(): readonly KnownBleAttack[] {
  const scids = Array.from({ length: 6 }, (_, index) => ({ cid: 0x40 + index }));
  return [
    attack(
      'zephyr-enhanced-connect',
      ['CVE-2021-3434', 'CVE-2023-5055'],
      'Zephyr',
      'an enhanced connection request with six channels',
      'refuse it',
      [
        signal({
          id: 1,
          signal: { type: 'enhancedConnectReq', spsm: 0x27, mtu: 64, mps: 64, credits: 1, scids },
        }),
      ],
    ),
    attack(
      'zephyr-reconfigure',
      ['CVE-2021-3435'],
      'Zephyr',
      'a reconfiguration of six channels',
      'refuse it',
      [signal({ id: 1, signal: { type: 'reconfigureReq', mtu: 64, mps: 64, dcids: scids } })],
    ),
    attack(
      'zephyr-short-k-frame',
      ['CVE-2021-3454'],
      'Zephyr',
      'a channel, and on it a first segment of one byte',
      'close the channel',
      [OPEN, { do: 'k-frame', bytes: Uint8Array.of(1) }],
    ),
    attack(
      'zephyr-k-frame-and-close',
      ['CVE-2026-19935'],
      'Zephyr 2.0 to 4.4.2',
      'a K-frame and the channel’s disconnection back to back',
      'close the channel',
      [OPEN, { do: 'k-frame', bytes: Uint8Array.of(2, 0, 1, 2) }, { do: 'close-channel' }, SETTLE],
    ),
    fromStranger(
      attack(
        'zephyr-bearer-closed',
        ['CVE-2021-3455'],
        'Zephyr up to 2.5',
        'an ATT request without its handle over a channel, and the channel closed at once',
        'drop the request',
        [
          { do: 'pair' },
          { do: 'open-channel', spsm: EATT_SPSM, enhanced: 1 },
          { do: 'k-frame', bytes: Uint8Array.of(1, 0, 0x0a) },
          { do: 'close-channel' },
          SETTLE,
        ],
      ),
    ),
    attack(
      'zephyr-unasked-response',
      ['CVE-2025-7403', 'CVE-2025-10456', 'CVE-2025-10457', 'CVE-2025-10458'],
      'Zephyr up to 4.1',
      'connection responses that nobody asked for, naming wild channels',
      'ignore them',
      [0x04, 0x40, 0xffff].map((dcid) =>
        signal({
          id: 1,
          signal: { type: 'creditConnectRsp', dcid, mtu: 0, mps: 0, credits: 0xffff, result: 0 },
        }),
      ),
    ),
  ];
}
