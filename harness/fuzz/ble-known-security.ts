import { AUTH } from '#codecs/ble/pairing.ts';
import { att, attack, pairing, REQUEST, type KnownBleAttack, type KnownHandles } from '#fuzz/ble-attack.ts';

/** Attacks on pairing and protection. */
export function securityAttacks({ protectedValue }: KnownHandles): readonly KnownBleAttack[] {
  const zero = new Uint8Array(32);
  const x = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
  const configuration = protectedValue === null ? null : protectedValue + 1;
  return [
    attack(
      'sweyntooth-public-key-in-legacy',
      ['CVE-2019-17520'],
      'TI CC2640R2',
      'legacy pairing, then a public key',
      'Pairing Failed 07, 08 or 0A',
      [pairing({ ...REQUEST, auth: AUTH.bonding }), pairing({ type: 'publicKey', x: zero, y: zero })],
    ),
    attack(
      'sweyntooth-key-size',
      ['CVE-2019-19196'],
      'Telink',
      'a Pairing Request with key size 253',
      'Pairing Failed 06 or 0A',
      [pairing({ ...REQUEST, maxKeySize: 253 })],
    ),
    attack(
      'sweyntooth-zero-ltk',
      ['CVE-2019-19194'],
      'Telink',
      'secure connections begun, then encryption with a key of zeros',
      'refuse the key',
      [pairing(REQUEST), { do: 'settle' }, { do: 'encrypt', key: 'zero' }],
      'encryption',
    ),
    attack(
      'ti-early-encryption',
      ['CVE-2020-13593'],
      'TI',
      'secure connections up to the random numbers, then encryption with the derived key',
      'refuse the key until the checks',
      [{ do: 'pair-until-check' }, { do: 'encrypt', key: 'kept' }],
      'encryption',
    ),
    attack(
      'invalid-curve',
      ['CVE-2018-5383'],
      'most stacks before 2018',
      'a public key whose Y is zero',
      'Pairing Failed 0A or 0B',
      [pairing(REQUEST), { do: 'settle' }, pairing({ type: 'publicKey', x, y: zero })],
      'public-key',
    ),
    ...(configuration === null
      ? []
      : [
          attack(
            'open-configuration',
            ['CVE-2026-2411'],
            'Zephyr 2.6 to 4.4; NimBLE before 2026-07',
            'notifications of a protected value asked for in clear',
            'ATT error 05 or 0F',
            [att({ type: 'writeReq', handle: configuration, value: Uint8Array.of(1, 0) })],
            'notification' as const,
          ),
        ]),
  ];
}
