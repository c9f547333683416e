import { DEBUG_POINT } from '#codecs/ble/p256.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { AUTH, KEYS } from '#codecs/ble/pairing.ts';
import {
  attack,
  pairing,
  publicKey,
  REQUEST,
  SETTLE,
  soundPublicKey,
  type KnownBleAttack,
} from '#fuzz/ble-attack.ts';

const ZERO = new Uint8Array(32);
const ENCRYPT_ZERO = { do: 'encrypt', key: 'zero' } as const;
const PUBLIC_KEY = 0x0c;

/** Attacks on a pairing while it is under way. */
export function securityAttacks(): readonly KnownBleAttack[] {
  return [...pairingAttacks(), ...keyAttacks(), ...earlyEncryption()];
}

function pairingAttacks(): readonly KnownBleAttack[] {
  return [
    attack(
      'sweyntooth-public-key-in-legacy',
      ['CVE-2019-17520'],
      'TI CC2640R2',
      'legacy pairing, then a public key',
      'Pairing Failed 07, 08 or 0A',
      [pairing({ ...REQUEST, auth: AUTH.bonding }), pairing({ type: 'publicKey', x: ZERO, y: ZERO })],
    ),
    attack(
      'sweyntooth-key-size',
      ['CVE-2019-19196'],
      'Telink',
      'a Pairing Request with key size 253, then encryption',
      'Pairing Failed 06 or 0A',
      [pairing({ ...REQUEST, maxKeySize: 253 }), SETTLE, ENCRYPT_ZERO],
      'encryption',
    ),
    attack(
      'zephyr-pairing-order',
      ['CVE-2024-3332'],
      'Zephyr up to 3.6; the order of its report is not public: all orders of up to four are walked besides',
      'a check, a random number and a confirm value where a public key is due',
      'Pairing Failed 08',
      [
        pairing(REQUEST),
        SETTLE,
        pairing({ type: 'dhKeyCheck', value: new Uint8Array(16) }),
        pairing({ type: 'random', value: new Uint8Array(16) }),
        pairing({ type: 'confirm', value: new Uint8Array(16) }),
      ],
    ),
    attack(
      'blur-link-key',
      ['CVE-2020-15802'],
      'dual-mode devices that derive the key of one transport from the other',
      'a Pairing Request with CT2 and the link key bits',
      'offer no link key; CTKD is off',
      [
        pairing({
          ...REQUEST,
          auth: REQUEST.auth | AUTH.ct2,
          initiatorKeys: REQUEST.initiatorKeys | KEYS.link,
          responderKeys: REQUEST.responderKeys | KEYS.link,
        }),
        SETTLE,
      ],
      'link-key',
    ),
  ];
}

function keyAttacks(): readonly KnownBleAttack[] {
  const x = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
  const points = [
    ['invalid-curve', 'a public key whose Y is zero', x, ZERO],
    ['invalid-curve-zero', 'a public key of zeros', ZERO, ZERO],
    ['invalid-curve-off', 'a public key beside the curve', x, x],
  ] as const;
  return [
    ...points.map(([id, recipe, atX, atY]) =>
      attack(
        id,
        ['CVE-2018-5383'],
        'most stacks before 2018; nRF5 SDK before 15',
        recipe,
        'Pairing Failed 0A or 0B',
        [pairing(REQUEST), SETTLE, pairing({ type: 'publicKey', x: atX, y: atY }), SETTLE],
        'public-key',
      ),
    ),
    attack(
      'reflected-public-key',
      ['CVE-2020-26558'],
      'stacks before Core 5.3',
      'its public key is learnt, and sent to it as ours in the next pairing',
      'Pairing Failed 0A, or a new key',
      [
        pairing(REQUEST),
        SETTLE,
        soundPublicKey(),
        SETTLE,
        { do: 'reconnect', as: 'same' },
        pairing(REQUEST),
        SETTLE,
        { do: 'reflect', cid: CID.pairing, code: PUBLIC_KEY },
        SETTLE,
      ],
      'own-public-key',
    ),
    attack(
      'debug-public-key',
      [],
      'products built with debug keys',
      'the debug key of the specification, whose secret is printed there',
      'Pairing Failed 0F',
      [pairing(REQUEST), SETTLE, publicKey(DEBUG_POINT), SETTLE],
      'public-key',
    ),
  ];
}

function earlyEncryption(): readonly KnownBleAttack[] {
  const random = pairing({ type: 'random', value: new Uint8Array(16) });
  const begun = [pairing(REQUEST), SETTLE];
  const between = [
    ['after-keys', 'the public keys', [...begun, soundPublicKey(), SETTLE, ENCRYPT_ZERO]],
    [
      'after-random',
      'the random numbers',
      [...begun, soundPublicKey(), SETTLE, random, SETTLE, ENCRYPT_ZERO],
    ],
  ] as const;
  return [
    attack(
      'sweyntooth-zero-ltk',
      ['CVE-2019-19194'],
      'Telink',
      'secure connections begun, then encryption with a key of zeros',
      'refuse the key',
      [...begun, ENCRYPT_ZERO],
      'encryption',
    ),
    ...between.map(([id, what, steps]) =>
      attack(
        `zero-ltk-${id}`,
        [],
        'a probe of the SweynTooth authors',
        `secure connections up to ${what}, then encryption with a key of zeros`,
        'refuse the key',
        steps,
        'encryption',
      ),
    ),
    attack(
      'zero-ltk-with-diversifier',
      [],
      'a probe of the SweynTooth authors',
      'secure connections begun, then encryption with a key of zeros and a diversifier',
      'refuse the key',
      [...begun, { ...ENCRYPT_ZERO, diversifier: 0x1234 }],
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
  ];
}
