import { parseAddress } from '#codecs/ble/address.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { AUTH, KEY_SIZE, KEYS } from '#codecs/ble/pairing.ts';
import { attack, fromStranger, SETTLE, type KnownBleAttack, type PairingPromise } from '#fuzz/ble-attack.ts';

const PAIR: BleStep = { do: 'pair' };
const AGAIN: BleStep = { do: 'reconnect', as: 'same' };
/** An identity address that two devices claim. */
const CLAIMED = parseAddress('C4:1D:1D:1D:1D:1D').bytes;
const WITH_IDENTITY: BleStep = {
  do: 'pair',
  identity: CLAIMED,
  features: { initiatorKeys: KEYS.encryption | KEYS.identity },
};

/** Attacks by pairing to the end, and coming back. */
export function bondAttacks(promise: PairingPromise): readonly KnownBleAttack[] {
  return [...weakKeys(promise), ...bonds()].map(fromStranger);
}

function weakKeys({ leastKeySize, secureConnectionsOnly }: PairingPromise): readonly KnownBleAttack[] {
  const sizes = Array.from({ length: leastKeySize - KEY_SIZE.least }, (_, index) => KEY_SIZE.least + index);
  const legacy = attack(
    'legacy-pairing',
    [],
    'products that promise secure connections only',
    'legacy pairing, whose key who listens can find',
    'Pairing Failed 03',
    [{ do: 'pair', features: { auth: AUTH.bonding } }],
    'pairing',
  );
  const short = sizes.map((maxKeySize) =>
    attack(
      `knob-key-size-${maxKeySize}`,
      ['CVE-2019-9506'],
      'products that promise longer keys',
      `a pairing with a key of ${maxKeySize} bytes`,
      'Pairing Failed 06',
      [{ do: 'pair', features: { maxKeySize } }],
      'pairing',
    ),
  );
  return secureConnectionsOnly ? [legacy, ...short] : short;
}

function bonds(): readonly KnownBleAttack[] {
  return [
    attack(
      'blerp-re-pairing',
      ['CVE-2025-62235'],
      '15 of the hosts that were tried; NimBLE up to 1.8.0',
      'a bonded device’s address pairs anew in clear, without anybody’s doing',
      'refuse until somebody deletes the bond, or the old key encrypts',
      [PAIR, SETTLE, AGAIN, PAIR],
      'pairing',
    ),
    attack(
      'zephyr-weaker-keys',
      ['CVE-2022-2993'],
      'Zephyr up to 3.1',
      'over a bond’s encrypted link, a pairing with a shorter key',
      'Pairing Failed 03 or 06',
      [
        PAIR,
        SETTLE,
        AGAIN,
        { do: 'encrypt', key: 'kept' },
        { do: 'pair', features: { maxKeySize: KEY_SIZE.least } },
      ],
      'pairing',
    ),
    attack(
      'zephyr-identity-overwritten',
      ['CVE-2021-3436'],
      'Zephyr up to 2.6',
      'a second device gives out the identity address of a bonded one',
      'keep the first bond',
      [
        WITH_IDENTITY,
        SETTLE,
        { do: 'reconnect', as: 'other' },
        WITH_IDENTITY,
        SETTLE,
        { do: 'reconnect', as: 'first' },
        { do: 'encrypt', key: 'first' },
      ],
      'lost-bond',
    ),
  ];
}
