import type { BleStep } from '#codecs/ble/attack-case.ts';
import {
  att,
  attack,
  fromStranger,
  SETTLE,
  type KnownBleAttack,
  type KnownHandles,
} from '#fuzz/ble-attack.ts';

const PAIR: BleStep = { do: 'pair' };

/** Attacks on a value that may be had over an encrypted link only. */
export function protectionAttacks({ protectedValue: handle }: KnownHandles): readonly KnownBleAttack[] {
  if (handle === null) return [];
  const twice = [{ handle }, { handle }];
  const read = att({ type: 'readReq', handle });
  const configure = att({ type: 'writeReq', handle: handle + 1, value: Uint8Array.of(1, 0) });
  return [
    attack(
      'open-configuration',
      ['CVE-2026-2411'],
      'Zephyr 2.6 to 4.4; NimBLE before 2026-07',
      'notifications of a protected value asked for in clear',
      'ATT error 05 or 0F',
      [configure, SETTLE],
      'notification',
    ),
    attack(
      'zephyr-lesc-permission',
      ['CVE-2024-1638'],
      'Zephyr up to 3.5',
      'a protected value read in clear, by every request that reads',
      'ATT error 05 or 0F',
      [
        read,
        att({ type: 'readBlobReq', handle, offset: 0 }),
        att({ type: 'readMultipleReq', handles: twice }),
        att({ type: 'readVariableReq', handles: twice }),
        SETTLE,
      ],
      'value',
    ),
    attack(
      'zephyr-encryption-state',
      ['CVE-2024-5754'],
      'Zephyr up to 3.6',
      'encryption that fails, then a protected value',
      'ATT error 05 or 0F',
      [{ do: 'encrypt', key: 'wrong' }, read, SETTLE],
      'value',
    ),
    fromStranger(
      attack(
        'blesa-reconnection',
        ['CVE-2020-9770'],
        'stacks that take a known address for a proof',
        'a bonded device comes back, does not encrypt, and reads a protected value',
        'ATT error 05 or 0F',
        [PAIR, SETTLE, { do: 'reconnect', as: 'same' }, read, SETTLE],
        'value',
      ),
    ),
    fromStranger(
      attack(
        'nimble-refused-refresh',
        ['CVE-2025-52435'],
        'NimBLE up to 1.8.0 (the part that a host can send)',
        'encryption refreshed with a key that the device refuses, then a protected value',
        'end the link with reason 06 or 3D',
        [PAIR, SETTLE, { do: 'encrypt', key: 'wrong' }, read, SETTLE],
        'value',
      ),
    ),
  ];
}
