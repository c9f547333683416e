import { encodeAtt } from '#codecs/ble/att.ts';
import { CID, encodeL2cap } from '#codecs/ble/l2cap.ts';
import { encodePairing } from '#codecs/ble/pairing.ts';
import {
  att,
  attack,
  frame,
  REQUEST,
  SETTLE,
  start,
  times,
  type KnownBleAttack,
  type KnownHandles,
} from '#fuzz/ble-attack.ts';

const READ = encodeAtt({ type: 'readReq', handle: 3 });
/** A handle that no device has. */
const ABSENT = 0xfffe;

/** Attacks on framing and ATT. */
export function framingAttacks(handles: KnownHandles): readonly KnownBleAttack[] {
  return [...fragmentAttacks(), ...attAttacks(handles)];
}

/** A frame with zeros behind it, up to so many bytes in one packet. */
function padded(cid: number, payload: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(encodeL2cap({ cid, payload }));
  return whole;
}

function fragmentAttacks(): readonly KnownBleAttack[] {
  const mtu = encodeAtt({ type: 'mtuReq', mtu: 100 });
  return [
    attack(
      'sweyntooth-l2cap-length-zero',
      ['CVE-2019-17517'],
      'Dialog DA14580',
      'a frame of length 0 with three bytes of ATT behind it',
      'drop it, or answer ATT error 04',
      [start(encodeL2cap({ cid: CID.att, payload: READ }, { length: 0 }))],
    ),
    attack(
      'sweyntooth-cut-request',
      ['CVE-2019-17517'],
      'Dialog DA14580',
      'a read and an MTU request of which one byte comes, though the frame announces three',
      'wait for the rest or drop it',
      [READ, mtu].map((payload) => start(encodeL2cap({ cid: CID.att, payload }).slice(0, 5))),
    ),
    attack(
      'sweyntooth-padded-frame',
      ['CVE-2019-17518'],
      'Dialog DA14680',
      'a Pairing Request in a packet far longer than its frame',
      'use the frame’s length, drop the rest',
      [start(padded(CID.pairing, encodePairing(REQUEST), 186))],
    ),
    attack(
      'sweyntooth-padded-request',
      ['CVE-2019-17518'],
      'Dialog DA14680',
      'a read and an MTU request in packets of 114 bytes',
      'use the frame’s length, drop the rest',
      [READ, mtu].map((payload) => start(padded(CID.att, payload, 114))),
    ),
    attack(
      'sweyntooth-truncated-start',
      ['CVE-2019-19195'],
      'Microchip ATSAMB11',
      'first fragments of one or two bytes, four times',
      'wait for the rest or drop it',
      [...times(4, start(Uint8Array.of(32, 0))), ...times(4, start(Uint8Array.of(32)))],
    ),
    attack(
      'sweyntooth-mtu-twice',
      ['CVE-2019-19192'],
      'ST WB55',
      'two MTU requests without waiting, then silence',
      'ignore or answer the second, advertise again',
      [att({ type: 'mtuReq', mtu: 100 }), att({ type: 'mtuReq', mtu: 100 }), { do: 'vanish' }],
    ),
    attack(
      'bluedroid-frame-length-ffff',
      ['CVE-2020-0022', 'CVE-2024-0039'],
      'Bluedroid',
      'a first fragment that announces 65535 bytes, then a continuation',
      'drop it',
      [
        start(encodeL2cap({ cid: CID.att, payload: READ }, { length: 0xffff })),
        { do: 'pieces', pieces: [{ isStart: false, data: new Uint8Array(200) }] },
      ],
    ),
    attack(
      'bluedroid-long-continuation',
      ['CVE-2020-0022', 'CVE-2024-0039'],
      'Bluedroid before 2025-11',
      'a first fragment, then a continuation longer than what is missing',
      'drop it',
      [
        start(encodeL2cap({ cid: CID.att, payload: READ }, { length: 10 })),
        { do: 'pieces', pieces: [{ isStart: false, data: new Uint8Array(200) }] },
      ],
    ),
    attack(
      'nimble-stalled-fragment',
      ['CVE-2024-24746'],
      'NimBLE up to 1.6.0',
      'a first fragment whose rest never comes, and silence beyond thirty seconds',
      'keep serving',
      [start(encodeL2cap({ cid: CID.att, payload: READ }, { length: 32 })), { do: 'wait', ms: 31_000 }],
    ),
  ];
}

function attAttacks({ writable, readable, clientFeatures }: KnownHandles): readonly KnownBleAttack[] {
  return [
    attack(
      'nimble-variable-partial',
      [],
      'NimBLE before 2026-07',
      'values of which the first fill the answer, and a handle behind them that is not there',
      'ATT error 01',
      [
        att({
          type: 'readVariableReq',
          handles: [...Array.from({ length: 10 }, () => ({ handle: readable })), { handle: ABSENT }],
        }),
        SETTLE,
      ],
      'partial-values',
    ),
    ...(clientFeatures === undefined
      ? []
      : [
          attack(
            'nimble-client-features',
            [],
            'NimBLE before 2024-01',
            'a value longer than the field is written to Client Supported Features',
            'ATT error 0D, or the known bits are kept',
            [att({ type: 'writeReq', handle: clientFeatures, value: new Uint8Array(18).fill(1) })],
          ),
        ]),
    attack(
      'bluedroid-short-requests',
      [],
      'Bluedroid before 2025-12; bleno 0.12.4',
      'requests that end before their handle, offset or flags',
      'answer ATT error 04, or drop signed writes',
      [
        ...[0x01, 0x0a, 0x0c, 0x18, 0x12, 0x02, 0x06, 0x08].map((opcode) =>
          frame(CID.att, Uint8Array.of(opcode, 3)),
        ),
        frame(CID.att, Uint8Array.of(0x0c, 3, 0)),
        frame(CID.att, Uint8Array.of(0xd2, 3, 0, 1)),
      ],
    ),
    attack(
      'nimble-stalled-write',
      ['CVE-2024-24746'],
      'NimBLE up to 1.6.0',
      'one prepared write, then silence beyond thirty seconds',
      'keep serving',
      [
        att({ type: 'prepareReq', handle: writable, offset: 0, value: Uint8Array.of(1) }),
        { do: 'wait', ms: 31_000 },
      ],
    ),
    attack(
      'espressif-overlapping-writes',
      ['CVE-2026-25508'],
      'ESP-IDF 5.1.6 to 5.5.2, provisioning',
      'prepared writes whose offsets overlap while their lengths add up, then execute',
      'refuse by length or offset',
      [
        ...times(16, att({ type: 'prepareReq', handle: writable, offset: 0, value: new Uint8Array(18) })),
        att({ type: 'executeReq', flags: 1 }),
      ],
    ),
    attack(
      'zephyr-disconnect-in-flight',
      ['CVE-2026-11368'],
      'Zephyr 4.4.0 and 4.4.1',
      'twenty reads queued, then a disconnection',
      'drop the answers',
      [...times(20, att({ type: 'readReq', handle: readable })), { do: 'disconnect' }],
    ),
    attack(
      'long-write',
      [],
      'handlers that copy without a look',
      'a written value of 500 bytes',
      'answer ATT error 0D',
      [
        att({ type: 'mtuReq', mtu: 517 }),
        { do: 'settle' },
        att({ type: 'writeReq', handle: writable, value: new Uint8Array(500) }),
      ],
    ),
  ];
}
