import { AD } from '#codecs/ble/advertising.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { attack, unsent, type KnownBleAttack } from '#fuzz/ble-attack.ts';

const AIR_MS = 200;
/** Types of mesh advertising: PB-ADV and a network message (Mesh Protocol 1.1, 3.3.1). */
const MESH = { provisioning: 0x29, message: 0x2a } as const;
/** A provisioning link of ours, and its first transaction. */
const PB_LINK = [0x12, 0x34, 0x56, 0x78, 0] as const;
/** Generic provisioning PDUs by the two low bits of their first byte (5.3.1). */
const GENERIC = { start: 0, continuation: 2, control: 3 } as const;

const advertise = (...data: readonly number[]): BleStep => ({
  do: 'advertise',
  data: Uint8Array.from(data),
  ms: AIR_MS,
});
const structure = (type: number, ...data: readonly number[]) => advertise(data.length + 1, type, ...data);

/** What a rogue peripheral does to a board that scans. */
export function rogueAttacks(): readonly KnownBleAttack[] {
  const open = structure(MESH.provisioning, ...PB_LINK, GENERIC.control, ...new Uint8Array(16));
  return [
    attack(
      'zephyr-advertising-data',
      ['CVE-2023-4424'],
      'Zephyr before 3.5, as a scanner',
      'advertising data whose structures run past the end, are empty, doubled or too short',
      'use what is whole, drop the rest',
      [
        advertise(0xff, AD.name, 0x41),
        advertise(0x1f, AD.name),
        advertise(0),
        advertise(1, AD.flags),
        advertise(2, AD.flags, 6, 2, AD.flags, 6, 2, AD.flags),
        structure(AD.manufacturer, 1),
        structure(AD.uuids128, ...new Uint8Array(15)),
      ],
    ),
    attack(
      'esp-mesh-provisioning',
      ['CVE-2022-24893'],
      'ESP-IDF 4.1 to 4.4, BLE Mesh provisioning',
      'a transaction whose number of segments is larger than its length needs, and the segments beyond',
      'drop the transaction',
      [
        open,
        structure(MESH.provisioning, ...PB_LINK, (63 << 2) | GENERIC.start, 0, 1, 0, 0),
        structure(MESH.provisioning, ...PB_LINK, (63 << 2) | GENERIC.continuation, ...new Uint8Array(20)),
      ],
    ),
    attack(
      'nimble-mesh-message',
      ['CVE-2024-47248'],
      'NimBLE up to 1.7.0 with mesh',
      'mesh network messages cut at every length',
      'drop them',
      Array.from({ length: 29 }, (_, length) => structure(MESH.message, ...new Uint8Array(length))),
    ),
    unsent(
      'central',
      'blerp-security-request',
      ['CVE-2025-62235'],
      '15 of the hosts that were tried, as centrals',
      'as a bonded peripheral: refuse encryption, then send a Security Request',
    ),
  ];
}
